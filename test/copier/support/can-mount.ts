/** A mount of its own needs root, as CI has it; elsewhere a skipped suite and a line nobody overlooks. */
export const canMount = process.getuid?.() === 0;
if (!canMount) process.stderr.write('\nSKIPPED: full volumes, which only root can mount.\n\n');
