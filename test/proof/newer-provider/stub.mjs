import path from 'node:path'

const PROVIDER = 'registry.terraform.io/hashicorp/aws'

/**
 * Starts a provider of AWS that has the schema and nothing behind it, in this process: what it is told to make stands in
 * the state of Terraform alone, and reads as it was made. It replaces nothing and looks at no value, so what it lets through
 * is a verdict over the schema alone. `made` says values of computed attributes that must look like something, as
 * `<resource>.<attribute>`; `load` loads a package that it is built of.
 */
export async function startStub({ provider, resources, made, load }) {
  const grpc = load('@grpc/grpc-js')
  const { loadSync } = load('@grpc/proto-loader')
  const proto = loadSync(path.join(import.meta.dirname, 'plugin.proto'), { keepCase: true })
  const server = new grpc.Server()
  const answers = answersOf({ provider, resources, made, values: valueCodec(load('@msgpack/msgpack')) })
  const calls = Object.entries(answers).map(([name, answer]) => [name, unary(answer)])
  server.addService(grpc.loadPackageDefinition(proto).tfplugin5.Provider.service, Object.fromEntries(calls))
  const port = await new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  const address = { Network: 'tcp', String: `127.0.0.1:${port}` }
  const attach = { Protocol: 'grpc', ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: address }
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify({ [PROVIDER]: attach }) },
    stop: () => server.forceShutdown(),
  }
}

/** A bug here ends the call with its message, which Terraform shows. */
function unary(answer) {
  return ({ request }, callback) => {
    try {
      callback(null, answer(request))
    } catch (error) {
      callback(error)
    }
  }
}

function answersOf({ provider, resources, made, values }) {
  return {
    GetSchema: () => ({ provider, resource_schemas: resources }),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    Configure: () => ({}),
    // Terraform leaves it to the provider to refuse this one thing that its schema says.
    ValidateResourceTypeConfig({ type_name, config }) {
      const set = toldByProvider(resources[type_name].block, values.decode(config))
      const diagnostics = set.map((name) => ({
        severity: 'ERROR',
        summary: 'Value for unconfigurable attribute',
        detail: `The provider tells "${name}" of ${type_name}, so it cannot be set.`,
      }))
      return { diagnostics }
    },
    UpgradeResourceState: ({ raw_state }) => ({ upgraded_state: values.encode(JSON.parse(raw_state.json.toString())) }),
    ReadResource: ({ current_state }) => ({ new_state: current_state }),
    PlanResourceChange({ type_name, proposed_new_state }) {
      const planned = values.decode(proposed_new_state)
      const unknown = () => values.unknown
      return { planned_state: values.encode(fill(resources[type_name].block, planned, isNull, unknown)) }
    },
    ApplyResourceChange({ type_name, planned_state }) {
      const make = (attribute) => made[`${type_name}.${attribute.name}`] ?? anyOf(attribute)
      const planned = values.decode(planned_state)
      return { new_state: values.encode(fill(resources[type_name].block, planned, values.isUnknown, make)) }
    },
    Stop: () => ({}),
  }
}

const isNull = (value) => value === null
const isBlock = (value) => value?.constructor === Object

/** The attributes that a configuration sets, and that are only computed. */
function toldByProvider(block, held) {
  if (!isBlock(held)) return []
  const own = block.attributes.filter(({ name, computed, optional }) => computed && !optional && held[name] !== null)
  const nested = block.block_types.flatMap(({ type_name, block: inner }) =>
    [held[type_name]].flat().flatMap((each) => toldByProvider(inner, each)),
  )
  return [...own.map(({ name }) => name), ...nested]
}

/** A block with `value` of each computed attribute that `lacks` one, in the blocks within it too. */
function fill(block, held, lacks, value) {
  if (!isBlock(held)) return held
  const attributes = block.attributes
    .filter(({ computed, name }) => computed && lacks(held[name]))
    .map((attribute) => [attribute.name, value(attribute)])
  const nested = block.block_types.map(({ type_name, block: inner }) => {
    const within = held[type_name]
    const filled = Array.isArray(within)
      ? within.map((each) => fill(inner, each, lacks, value))
      : fill(inner, within, lacks, value)
    return [type_name, filled]
  })
  return { ...held, ...Object.fromEntries([...attributes, ...nested]) }
}

function anyOf({ name, type }) {
  const said = JSON.parse(type.toString())
  if (Array.isArray(said)) return said[0] === 'map' ? {} : []
  return { string: `${name}-of-stub`, number: 0, bool: false }[said]
}

/** Values to and from msgpack. What is not known yet is an extension, plain or with what is known of it, and kept as it is. */
function valueCodec({ Encoder, Decoder, ExtensionCodec }) {
  class Unknown {
    constructor(type, data) {
      Object.assign(this, { type, data })
    }
  }
  const extensionCodec = new ExtensionCodec()
  for (const type of [0, 12])
    extensionCodec.register({
      type,
      encode: (value) => (value instanceof Unknown && value.type === type ? value.data : null),
      decode: (data) => new Unknown(type, data.slice()),
    })
  const encoder = new Encoder({ extensionCodec })
  const decoder = new Decoder({ extensionCodec })
  return {
    unknown: new Unknown(0, new Uint8Array(1)),
    isUnknown: (value) => value instanceof Unknown,
    encode: (value) => ({ msgpack: Buffer.from(encoder.encode(value)) }),
    decode: ({ msgpack }) => decoder.decode(msgpack),
  }
}
