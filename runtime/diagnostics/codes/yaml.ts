import { entry } from '../entry.ts'

export const yamlCodes = {
  'yaml/syntax': entry<{ detail: string }>({
    title: 'Broken YAML',
    severity: 'error',
    domain: 'user',
    retry: 'never',
    message: ({ detail }) => `The file is not valid YAML: ${detail}`,
    why: 'Nothing in a file that does not parse can be trusted, so nothing of it is used.',
    fix: 'Mend the syntax at the marked place.',
    since: '0.1.0',
  }),
}
