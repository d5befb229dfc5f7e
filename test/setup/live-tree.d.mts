export function copyLiveTree(folder: string, options?: { olderProvider?: boolean }): Promise<void>
export function terragruntEnvironment(
  folder: string,
  options: { mirror: string; endpoint?: string },
): Record<string, string | undefined>
