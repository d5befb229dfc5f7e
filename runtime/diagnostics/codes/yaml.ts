import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

export const yamlCodes = {
  'yaml/syntax': entry<{ detail: string }>({
    ...base,
    title: 'Broken YAML',
    message: ({ detail }) => `The file is not valid YAML: ${detail}`,
    why: 'Nothing in a file that does not parse can be trusted, so nothing of it is used.',
    fix: 'Mend the syntax at the marked place.',
  }),
  'yaml/empty': entry<{ kind: string }>({
    ...base,
    title: 'Empty file',
    message: ({ kind }) => `The ${kind} file holds no YAML value`,
    why: 'An empty file declares nothing, and Smelt does not guess.',
    fix: 'Fill the file, or delete it.',
  }),
  'yaml/duplicate-key': entry<{ key: string }>({
    ...base,
    title: 'Duplicate key',
    message: ({ key }) => `The key \`${key}\` stands twice in one mapping`,
    why: 'Only one of the two could hold, and which one would be a guess.',
    fix: 'Keep one of them.',
  }),
  'yaml/key-not-text': entry<object>({
    ...base,
    title: 'Key is not text',
    message: () => 'A key of this mapping is not a plain text',
    why: 'Every name in Smelt is a text.',
    fix: 'Write the key as one word, in quotes if need be.',
  }),
  'yaml/unsupported': entry<{ feature: string; instead: string }>({
    ...base,
    title: 'YAML feature not supported',
    message: ({ feature }) => `YAML's ${feature} is not supported here`,
    why: 'A declaration should read the same for everybody; a few features of YAML make that hard.',
    fix: ({ instead }) => instead,
  }),
  'yaml/several-documents': entry<object>({
    ...base,
    title: 'Several documents in one file',
    message: () => 'A second YAML document starts here',
    why: 'One file declares one thing, so the second document would be ignored.',
    fix: 'Move it to a file of its own, or remove the `---`.',
  }),
  'yaml/too-large': entry<{ bytes: number; limit: number }>({
    ...base,
    title: 'File too large',
    message: ({ bytes, limit }) => `The file has ${bytes} characters; at most ${limit} are read`,
    why: 'A declaration is small; the limit keeps a broken generator from exhausting the machine.',
    fix: 'Split the declaration, or move data to a reference file.',
  }),
  'yaml/too-deep': entry<{ limit: number }>({
    ...base,
    title: 'Nested too deeply',
    message: ({ limit }) => `The file is nested deeper than ${limit} columns or brackets`,
    why: 'No declaration needs such a depth, and a parser can be exhausted by it.',
    fix: 'Mend the indentation or the brackets at the marked place.',
  }),
}
