export interface Part {
  name: string
  version: string
  needs: string
  covers: string
  enable: string
  install(folder: string): Promise<void>
}
export function cacheFolder(): string
export function loadParts(): Promise<Part[]>
export function partFolder(part: Pick<Part, 'name' | 'version'>): string
export function installParts(names: string[], log: (line: string) => void): Promise<{ part: Part; reason: string }[]>
export function requiredParts(): string[]
