import { entry } from '../entry.ts'

export const internalCodes = {
  'internal/bug': entry<{ detail: string }>({
    title: 'A fault in Smelt',
    severity: 'error',
    domain: 'internal',
    retry: 'never',
    message: ({ detail }) => `Smelt met a state it does not handle: ${detail}`,
    why: 'This is a fault of Smelt and not of your files.',
    fix: 'Report it with the command you ran and this message.',
    since: '0.1.0',
    example: { detail: 'the batch of offset 4711 was committed twice' },
  }),
}
