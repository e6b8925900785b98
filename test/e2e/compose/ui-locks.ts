/** The buttons that the UI was told not to show, as it tells its own page. */
export async function uiLocks(ui: string): Promise<readonly string[]> {
  const settings = (await (await fetch(`${ui}/api/v1/settings`)).json()) as Readonly<Record<string, unknown>>;
  return Object.keys(settings).filter((name) => name.endsWith('Disabled') && settings[name] === true);
}
