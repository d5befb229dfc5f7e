/** What the value of a keyword must be, for the located check of a contract file. */
export type KeywordValue =
  | 'any'
  | 'text'
  | 'boolean'
  | 'number'
  | 'positive'
  | 'count'
  | 'type'
  | 'names'
  | 'values'
  | 'schema'
  | 'schemas'
  | 'schema-map'
  | 'names-map'
  | 'pattern'
  | 'format'

/**
 * `annotation` changes no verdict, `vectorised` is checked by the engine's SQL, `row-by-row` sends every record of the
 * contract through the reference.
 */
export type KeywordRole = 'annotation' | 'vectorised' | 'row-by-row'

export interface Keyword {
  readonly value: KeywordValue
  readonly role: KeywordRole
}

/**
 * Keywords of 2020-12 that a contract may not use: they serve schemas made of other schemas, and validators, ajv among
 * them, disagree on what they mean. `$id` belongs to them below the top level.
 */
export const EXTENSION_KEYWORDS: readonly string[] = [
  '$dynamicRef',
  '$dynamicAnchor',
  '$vocabulary',
  'unevaluatedItems',
  'unevaluatedProperties',
]

/** Every keyword of JSON Schema 2020-12 that a contract may use. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map([
  ...keywords('annotation', {
    $schema: 'text',
    $id: 'text',
    $comment: 'text',
    title: 'text',
    description: 'text',
    default: 'any',
    examples: 'values',
    deprecated: 'boolean',
    readOnly: 'boolean',
    writeOnly: 'boolean',
    contentEncoding: 'text',
    contentMediaType: 'text',
    contentSchema: 'schema',
    $defs: 'schema-map',
    definitions: 'schema-map',
  }),
  ...keywords('vectorised', {
    $ref: 'text',
    type: 'type',
    enum: 'values',
    const: 'any',
    properties: 'schema-map',
    required: 'names',
    additionalProperties: 'schema',
    minimum: 'number',
    maximum: 'number',
    exclusiveMinimum: 'number',
    exclusiveMaximum: 'number',
    multipleOf: 'positive',
    minLength: 'count',
    maxLength: 'count',
    pattern: 'pattern',
    format: 'format',
    items: 'schema',
    minItems: 'count',
    maxItems: 'count',
    'x-smelt-type': 'text',
  }),
  ...keywords('row-by-row', {
    $anchor: 'text',
    allOf: 'schemas',
    anyOf: 'schemas',
    oneOf: 'schemas',
    not: 'schema',
    if: 'schema',
    then: 'schema',
    else: 'schema',
    dependentSchemas: 'schema-map',
    dependentRequired: 'names-map',
    prefixItems: 'schemas',
    contains: 'schema',
    minContains: 'count',
    maxContains: 'count',
    uniqueItems: 'boolean',
    patternProperties: 'schema-map',
    propertyNames: 'schema',
    minProperties: 'count',
    maxProperties: 'count',
  }),
])

function keywords(role: KeywordRole, values: Readonly<Record<string, KeywordValue>>): [string, Keyword][] {
  return Object.entries(values).map(([name, value]) => [name, { role, value }])
}

export const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'] as const
