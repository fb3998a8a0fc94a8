export async function peersTable(): Promise<string> {
  return "";
}
