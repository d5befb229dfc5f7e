// Puts what `smelt render k8s` makes in front of a real API server, and asks it what a schema cannot tell: what admission
// refuses, and what each service account may do.
//   npm run k8s-proof
// Builds etcd and kube-apiserver from their Go modules once, some minutes of both cores; then it takes seconds. Needs Go,
// openssl, kubectl and, for the definitions of Flink and Argo CD, what `npm test` needs for these.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cacheFolder, installParts, loadParts, partFolder } from '../setup/parts.mjs'
import { run } from '../setup/run.mjs'

const root = path.join(import.meta.dirname, '..', '..')
const KUBERNETES = 'v1.36.3'
const ETCD = 'v3.7.3'
const TENANTS = ['acme', 'globex']
const READERS = {
  acme: ['smelt-engine', 'smelt-reader-silver', 'smelt-reader-gold'],
  globex: [
    'smelt-engine',
    'smelt-reader-bronze',
    'smelt-reader-silver',
    'smelt-reader-gold',
    'smelt-reader-quarantine',
  ],
}
const VARIABLES = { SMELT_KAFKA: 'kafka.streams.svc:9092', SMELT_S3_ENDPOINT: 'https://s3.example.org' }

const log = (line) => console.log(line)
const closers = []
let failed = 0

/** Says what came out, and counts what should not have. */
function expect(what, held, detail = '') {
  log(`${held ? 'ok  ' : 'FAIL'} ${what}${held ? '' : `: ${detail.trim()}`}`)
  if (!held) failed++
}

/** What a program answers, as JSON. */
function asked(program, args, cwd) {
  const env = { ...process.env, GOFLAGS: '' }
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  return JSON.parse(stdout)
}

/** A program of a Go module that `go install` refuses for its `replace` lines: built in a module of our own. */
async function built({ name, module, version, main, replaces }) {
  const folder = path.join(cacheFolder(), `${name}-${version}`)
  const program = path.join(folder, name)
  if (existsSync(program)) return program
  log(`building ${name} ${version}, once ...`)
  const building = `${folder}.building-${process.pid}`
  await mkdir(building, { recursive: true })
  const env = { ...process.env, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' }
  const { GoMod } = asked('go', ['mod', 'download', '-json', `${module}@${version}`], building)
  const { Go, Replace } = asked('go', ['mod', 'edit', '-json', GoMod], building)
  const lines = (Replace ?? []).flatMap(replaces).join('\n')
  const text = `module proof\n\ngo ${Go}\n\nrequire ${module} ${version}\n\n${lines}\n`
  await writeFile(path.join(building, 'go.mod'), text)
  await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', path.join(building, name), main], {
    env,
    cwd: building,
  })
  await rename(building, folder)
  return program
}

/** The parts of Kubernetes live in its repository under `staging`, and are released as modules of their own. */
function staging({ Old, New }) {
  if (!New.Path.startsWith('./staging/src/')) return [`replace ${Old.Path} => ${New.Path} ${New.Version ?? ''}`]
  return [`replace ${Old.Path} => ${Old.Path} ${KUBERNETES.replace(/^v1\./, 'v0.')}`]
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Starts a server that is ended with this process. */
function serve(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let tail = ''
  child.stderr.on('data', (chunk) => (tail = (tail + String(chunk)).slice(-3000)))
  closers.push(() => child.kill('SIGKILL'))
  return { tail: () => tail, gone: () => child.exitCode !== null }
}

async function startServer(folder) {
  const etcd = await built({
    name: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    version: ETCD,
    main: 'go.etcd.io/etcd/server/v3',
    replaces: () => [],
  })
  const apiserver = await built({
    name: 'kube-apiserver',
    module: 'k8s.io/kubernetes',
    version: KUBERNETES,
    main: 'k8s.io/kubernetes/cmd/kube-apiserver',
    replaces: staging,
  })
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()]
  const at = (port) => `http://127.0.0.1:${port}`
  serve(etcd, [
    '--data-dir',
    path.join(folder, 'etcd'),
    '--listen-client-urls',
    at(client),
    '--advertise-client-urls',
    at(client),
    '--listen-peer-urls',
    at(peer),
    '--initial-advertise-peer-urls',
    at(peer),
    '--initial-cluster',
    `default=${at(peer)}`,
  ])
  const key = path.join(folder, 'accounts.key')
  await run('openssl', ['genrsa', '-out', key, '2048'])
  const tokens = path.join(folder, 'tokens.csv')
  await writeFile(tokens, 'proof,admin,admin,system:masters\n', { mode: 0o600 })
  const server = serve(apiserver, [
    `--etcd-servers=${at(client)}`,
    `--secure-port=${secure}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--cert-dir=${path.join(folder, 'certs')}`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    // What is refused is then refused by the namespace, and not because this server never would.
    '--allow-privileged=true',
    // No controller makes the default service account, which admission would wait for.
    '--disable-admission-plugins=ServiceAccount',
  ])
  const config = path.join(folder, 'kubeconfig')
  const cluster = { server: `https://127.0.0.1:${secure}`, 'insecure-skip-tls-verify': true }
  await writeFile(
    config,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'proof',
      clusters: [{ name: 'proof', cluster }],
      users: [{ name: 'proof', user: { token: 'proof' } }],
      contexts: [{ name: 'proof', context: { cluster: 'proof', user: 'proof' } }],
    }),
  )
  const kubectl = (args, input) => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['--kubeconfig', config, ...args], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
    })
    return { ok: status === 0, text: `${stdout}${stderr}`, out: stdout.trim() }
  }
  for (let tries = 0; tries < 300; tries++) {
    if (kubectl(['get', '--raw', '/readyz']).ok) return kubectl
    if (server.gone()) break
    await delay(500)
  }
  throw new Error(`kube-apiserver does not answer: ${server.tail()}`)
}

/** Until it holds, for a minute: definitions are served a moment after they are stored. */
async function eventually(attempt) {
  let last
  for (let tries = 0; tries < 60; tries++) {
    last = attempt()
    if (last.ok) return last
    await delay(1000)
  }
  return last
}

async function definitions(kubectl) {
  const parts = (await loadParts()).filter(({ name }) => ['flink-crds', 'argo-crds'].includes(name))
  const missing = await installParts(
    parts.map(({ name }) => name),
    log,
  )
  for (const { part, reason } of missing) throw new Error(`\`${part.name}\` cannot be had: ${reason}`)
  for (const part of parts)
    for (const file of (await readdir(partFolder(part))).filter((name) => /\.ya?ml$/.test(name))) {
      const applied = await eventually(() =>
        kubectl(['apply', '--server-side', '-f', path.join(partFolder(part), file)]),
      )
      expect(`takes the definition ${file}`, applied.ok, applied.text)
    }
  const served = await eventually(() =>
    kubectl(['wait', '--for=condition=Established', '--timeout=5s', 'crd', '--all']),
  )
  expect('serves the definitions', served.ok, served.text)
}

function rendered(out, env, ...options) {
  for (const tenant of TENANTS) {
    const args = [path.join(root, 'bin', 'smelt.cjs'), 'render', 'k8s', tenant, '--env', env, '--out', out, ...options]
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ...VARIABLES },
    })
    if (status !== 0) throw new Error(stderr)
  }
  return TENANTS.map((tenant) => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', path.join(out, env, 'tenants', tenant)], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    return { tenant, text: stdout }
  })
}

const STRICT = ['apply', '--server-side', '--validate=strict', '-f', '-']

/** Whether the account of a tenant may do it: the server itself answers. */
function mayI(kubectl, tenant, account, verb, resource, ...place) {
  const { out } = kubectl([
    'auth',
    'can-i',
    verb,
    resource,
    ...place,
    `--as=system:serviceaccount:smelt-${tenant}:${account}`,
  ])
  return out.split('\n').at(-1)
}

async function prove(kubectl, folder) {
  await definitions(kubectl)
  for (const { tenant, text } of rendered(path.join(folder, 'sets'), 'prod')) {
    // The namespace first, as no controller and no second try is here.
    const namespace = text.split('\n---\n').find((each) => /^kind: Namespace$/m.test(each)) ?? ''
    expect(`${tenant}: takes the namespace`, kubectl(STRICT, namespace).ok)
    const dry = kubectl([...STRICT, '--dry-run=server'], text)
    expect(`${tenant}: takes every object, strictly, in a dry run`, dry.ok, dry.text)
    const applied = kubectl(STRICT, text)
    expect(`${tenant}: takes every object`, applied.ok, applied.text)
    expect(`${tenant}: warns of nothing`, !/warning/i.test(applied.text), applied.text)
    const broken = kubectl(
      [...STRICT, '--dry-run=server'],
      text.replace('readOnlyRootFilesystem', 'readonlyRootFilesystem'),
    )
    expect(
      `${tenant}: refuses a misspelt field`,
      !broken.ok && broken.text.includes('readonlyRootFilesystem'),
      broken.text,
    )
    admission(kubectl, tenant, text, 'StatefulSet')
    admission(kubectl, tenant, text, 'Deployment')
  }
  for (const { tenant, text } of rendered(path.join(folder, 'flink'), 's3', '--flink', 'application')) {
    const applied = kubectl(STRICT, text)
    expect(`${tenant}: takes a Flink cluster per pipeline`, applied.ok, applied.text)
    const broken = kubectl(
      [...STRICT, '--dry-run=server'],
      text.replace('upgradeMode: savepoint', 'upgradeMode: sometimes'),
    )
    expect(`${tenant}: refuses a Flink upgrade mode that is none`, !broken.ok, broken.text)
  }
  for (const { tenant, text } of rendered(path.join(folder, 'session'), 's3', '--flink', 'session'))
    expect(`${tenant}: takes one Flink cluster for all`, kubectl([...STRICT, '--dry-run=server'], text).ok)
  rights(kubectl)
  rightsOfFlink(kubectl)
}

/** The pod that a set or a deployment would make, as it is and with one thing wrong each. */
function admission(kubectl, tenant, text, kind) {
  const set = text.split('\n---\n').find((each) => each.split('\n').includes(`kind: ${kind}`)) ?? ''
  const { out } = kubectl(['create', '--dry-run=client', '-o', 'json', '-f', '-'], set)
  const { template } = JSON.parse(out).spec
  const pod = (change) => {
    const { metadata, spec } = structuredClone(template)
    const volumes = [...spec.volumes, ...(kind === 'StatefulSet' ? [{ name: 'scratch', emptyDir: {} }] : [])]
    const made = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'asked', namespace: `smelt-${tenant}` },
      spec: { ...spec, volumes },
    }
    change(made.spec, made.spec.containers[0])
    return kubectl(['create', '--dry-run=server', '--validate=strict', '-f', '-'], JSON.stringify(made))
  }
  const own = pod(() => undefined)
  expect(`${tenant}: lets the pod in that the ${kind} would make`, own.ok && !/warning/i.test(own.text), own.text)
  const refused = (what, change) => {
    const { ok, text: said } = pod(change)
    expect(`${tenant}: refuses of the ${kind} ${what}`, !ok && said.includes('PodSecurity'), said)
  }
  refused('a privileged pod', (_, container) => (container.securityContext = { privileged: true }))
  refused('a pod that runs as root', (spec) =>
    Object.assign(spec.securityContext, { runAsUser: 0, runAsNonRoot: false }),
  )
  refused('a pod on the network of its node', (spec) => (spec.hostNetwork = true))
  refused('a pod with a folder of its node', (spec) => spec.volumes.push({ name: 'host', hostPath: { path: '/' } }))
  refused('a pod with a capability', (_, container) => (container.securityContext.capabilities.add = ['NET_ADMIN']))
}

function rights(kubectl) {
  for (const tenant of TENANTS) {
    const other = TENANTS.find((each) => each !== tenant)
    const { out } = kubectl(['get', 'serviceaccounts', '-n', `smelt-${tenant}`, '-o', 'name'])
    const all = out.split('\n').map((name) => name.replace('serviceaccount/', ''))
    const accounts = all.filter((name) => name !== 'smelt-flink')
    expect(
      `${tenant}: has accounts for its engine and readers`,
      READERS[tenant].every((name) => all.includes(name)),
      out,
    )
    const questions = [
      ['list', 'secrets', '-n', `smelt-${tenant}`],
      ['get', 'secrets/smelt-secrets', '-n', `smelt-${tenant}`],
      ['list', 'pods', '-n', `smelt-${tenant}`],
      ['create', 'pods', '-n', `smelt-${tenant}`],
      ['patch', 'statefulsets', '-n', `smelt-${tenant}`],
      ['delete', 'networkpolicies', '-n', `smelt-${tenant}`],
      ['create', 'serviceaccounts', '--subresource=token', '-n', `smelt-${tenant}`],
      ['list', 'pods', '-n', `smelt-${other}`],
      ['list', 'secrets', '-n', `smelt-${other}`],
      ['list', 'namespaces'],
      ['list', 'nodes'],
    ]
    for (const [verb, resource, ...place] of questions) {
      for (const account of accounts) {
        const answer = mayI(kubectl, tenant, account, verb, resource, ...place)
        expect(`${tenant}: ${account} may not ${[verb, resource, ...place].join(' ')}`, answer === 'no', answer)
      }
    }
  }
}

function rightsOfFlink(kubectl) {
  for (const tenant of TENANTS) {
    const other = TENANTS.find((each) => each !== tenant)
    const questions = [
      ['yes', 'create', 'pods', '-n', `smelt-${tenant}`],
      ['yes', 'update', 'configmaps', '-n', `smelt-${tenant}`],
      ['no', 'list', 'secrets', '-n', `smelt-${tenant}`],
      ['no', 'create', 'pods', '--subresource=exec', '-n', `smelt-${tenant}`],
      ['no', 'create', 'rolebindings', '-n', `smelt-${tenant}`],
      ['no', 'create', 'pods', '-n', `smelt-${other}`],
      ['no', 'list', 'configmaps', '-n', `smelt-${other}`],
      ['no', 'list', 'nodes'],
    ]
    for (const [right, verb, resource, ...place] of questions) {
      const answer = mayI(kubectl, tenant, 'smelt-flink', verb, resource, ...place)
      expect(
        `${tenant}: smelt-flink may${right === 'yes' ? '' : ' not'} ${[verb, resource, ...place].join(' ')}`,
        answer === right,
        answer,
      )
    }
  }
}

const folder = await mkdtemp(path.join(tmpdir(), 'smelt-k8s-proof-'))
try {
  await prove(await startServer(folder), folder)
  log(failed === 0 ? 'everything holds' : `${failed} do not hold`)
  process.exitCode = failed === 0 ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 3
} finally {
  for (const close of closers.reverse()) close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
