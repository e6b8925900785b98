/** The kubeconfig of a real cluster for contracts, from REHELM_TEST_KUBECONFIG. Without it they are skipped, and that is said aloud. */
export function realCluster(what: string): string | undefined {
  const kubeconfig = process.env['REHELM_TEST_KUBECONFIG'];
  if (!kubeconfig) process.stderr.write(`\nSKIPPED on a real cluster: ${what}. Set REHELM_TEST_KUBECONFIG (bin/lab kubeconfig) to run them.\n`);
  return kubeconfig || undefined;
}
