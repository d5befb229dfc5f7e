// The schema of a provider, read back out of the declarations that were generated of it (`@cdktn/provider-aws`): they keep
// names, types, nesting, and what is required, optional and computed. Which argument replaces a resource, how many blocks
// the provider counts by itself, and what it checks of a value, they do not.
const FLAGS = 'computed: (true|false), optional: (true|false), required: (true|false)'
const TYPES = { string: 'string', number: 'number', boolean: 'bool' }
// Terraform's own word for one provider of several, which the declarations list among the settings.
const OF_TERRAFORM = 'alias'
const READ = { String: 'string', Number: 'number', Boolean: 'bool' }

/**
 * The schema of the resource or provider that `text` declares (an `index.js` of the package), as the protocol of plugins
 * says it. Throws when the text is not of `version`, or says something that is not understood: nothing is guessed.
 */
export function schemaOf(text, version) {
  if (!text.includes(`providerVersion: '${version}'`))
    throw new Error(`declarations are not of the provider ${version}`)
  const classes = [...text.matchAll(/^class (\w+) extends cdktn\.(\w+) \{\n([^]*?)\n\}/gm)]
  const bodies = new Map(classes.map(([, name, , body]) => [name, body]))
  const root = classes.find(([, , base]) => base === 'TerraformResource' || base === 'TerraformProvider')?.[1]
  if (root === undefined) throw new Error('declarations name no resource')
  return { version: 0, block: blockOf(root, { text, bodies }) }
}

function blockOf(name, file) {
  const fields = fieldsOf(name, file)
  const blocks = fields.filter(({ written }) => written?.isBlock)
  const attributes = fields.filter((field) => !blocks.includes(field) && field.name !== OF_TERRAFORM)
  return {
    attributes: attributes.map((field) => attributeOf(field, file)),
    block_types: blocks.map((field) => nestedBlockOf(field, file)),
  }
}

/** What stands in a class: its flags, how it is written to a configuration, and how it is read. */
function fieldsOf(name, file) {
  const body = file.bodies.get(name)
  const written = writtenBy(name, body ?? '', file)
  if (body === undefined) return fieldsOfSettings(name, written)
  const parts = body.split(new RegExp(`^ {4}// (\\w+) - ${FLAGS}\\n`, 'm')).slice(1)
  return Array.from({ length: parts.length / 5 }, (_, at) => {
    const [field, computed, optional, required, rest] = parts.slice(at * 5, at * 5 + 5)
    const flags = { computed: computed === 'true', optional: optional === 'true', required: required === 'true' }
    const nested = /^ {4}_\w+ = new (\w+?)(List|OutputReference)\(this, "\w+"(?:, (true|false))?\)/.exec(rest)
    const read = (/ = new (cdktn\.\w+)\(/.exec(rest) ?? /return (.*);/.exec(rest))?.[1] ?? ''
    return { name: field, ...flags, written: written.get(field), nested, read }
  })
}

/** What stands in a block of the provider's own settings, of which there is no class: flags are not kept, so all is optional. */
function fieldsOfSettings(name, written) {
  if (written.size === 0) throw new Error(`declarations lack ${name}`)
  const flags = { computed: false, optional: true, required: false, nested: null, read: '' }
  return [...written].map(([field, how]) => ({ name: field, ...flags, written: how }))
}

/** Of each argument whether it is a block, and the types that it is written with; what is only computed is not written. */
function writtenBy(name, body, { text }) {
  const own = /^ {4}synthesizeHclAttributes\(\) \{\n([^]*?)\n {4}\}/m.exec(body)?.[1]
  const writer = `function ${name.replace(/OutputReference$/, '').replace(/^./, (first) => first.toLowerCase())}ToHclTerraform`
  const from = text.indexOf(`${writer}(`)
  const source = own ?? (from < 0 ? '' : text.slice(from, text.indexOf('\n}\n', from)))
  const found = source.matchAll(
    /^ +(\w+): \{\n +value: .*\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)",/gm,
  )
  return new Map([...found].map(([, field, isBlock, type, of]) => [field, { isBlock: isBlock === 'true', type, of }]))
}

function attributeOf({ name, computed, optional, required, ...field }, file) {
  const type = field.written === undefined ? typeRead(name, field, file) : typeWritten(name, field.written)
  return { name, type: Buffer.from(JSON.stringify(type)), computed, optional, required }
}

function typeWritten(name, { type, of }) {
  const element = TYPES[of.replace(/(List|Map)$/, '')]
  const known = type === 'simple' ? of in TYPES : ['list', 'set', 'map'].includes(type) && element !== undefined
  if (!known) throw new Error(`${name} is written as ${type} of ${of}, which is not understood`)
  return type === 'simple' ? element : [type, element]
}

function typeRead(name, { nested, read }, file) {
  if (nested !== null) return [nested[3] === 'true' ? 'set' : 'list', objectOf(`${nested[1]}OutputReference`, file)]
  if (read === 'cdktn.StringMap') return ['map', 'string']
  const [, set, element, collection] =
    /^(cdktn\.Fn\.tolist\()?this\.get(String|Number|Boolean|)(List|Map|)Attribute\(/.exec(read) ?? []
  if (element === undefined) throw new Error(`${name} is read by ${read}, which is not understood`)
  const type = READ[element || 'String']
  return collection === '' ? type : [set === undefined ? collection.toLowerCase() : 'set', type]
}

function objectOf(name, file) {
  const fields = fieldsOf(name, file).map((field) => [field.name, typeRead(field.name, field, file)])
  return ['object', Object.fromEntries(fields)]
}

const NESTING = { struct: 'SINGLE', list: 'LIST', set: 'SET' }

function nestedBlockOf({ name, required, written, nested }, file) {
  const nesting = NESTING[written.type]
  if (nesting === undefined) throw new Error(`${name} nests as ${written.type}, which is not understood`)
  const [, of, kept] = nested ?? [null, written.of.replace(/List$/, ''), 'List']
  const isMany = nesting !== 'SINGLE'
  return {
    type_name: name,
    block: blockOf(`${of}OutputReference`, file),
    nesting,
    min_items: isMany && required ? 1 : 0,
    // Of a list that takes one, the one is declared instead of the list.
    max_items: isMany && kept === 'OutputReference' ? 1 : 0,
  }
}
