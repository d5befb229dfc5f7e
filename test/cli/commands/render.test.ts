import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { cloudInput, cloudNames, renderPolicies, type RoleName } from '#tenant'
import { openProject } from '../../../runtime/cli/project.ts'
import { describeWithParts } from '../../support/parts.ts'
import { bufferHost, smelt } from '../support/buffer-host.ts'
import { project } from '../support/project.ts'

const VARIABLES = { SMELT_KAFKA: 'kafka.streams.svc:9092', SMELT_S3_ENDPOINT: 'https://s3.example.org' }
const IN_CLUSTER = ['--env', 's3', '--out']

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'smelt-render-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const render = (...args: readonly string[]) => smelt(['render', 'k8s', ...args], { variables: VARIABLES })

/** The overlay of a tenant as kustomize puts it together. */
function kustomized(out: string, tenant: string, env = 's3'): string {
  return execFileSync('kubectl', ['kustomize', path.join(out, env, 'tenants', tenant)], { encoding: 'utf8' })
}

describe('smelt render k8s', () => {
  it('prints every file, and changes nothing', async () => {
    const { code, out, err } = await render('acme', '--env', 's3')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('# s3/tenants/acme/workloads.yaml\n')
    expect(out).toContain('kind: StatefulSet')
    const printed = JSON.parse((await render('acme', '--env', 's3', '--json')).out) as Record<string, unknown>
    expect(printed).toMatchObject({
      namespace: 'smelt-acme',
      secret: { name: 'smelt-secrets', keys: expect.arrayContaining(['ACME_PII_KEY', 'S3_ACCESS_KEY_ID']) as string[] },
    })
  })

  it('gives pods the variables that smelt.yaml asks for, and the policies where these lead', async () => {
    const { out } = await render('acme', '--env', 's3')
    expect(out).toContain('- SMELT_KAFKA=kafka.streams.svc:9092')
    expect(out).toContain('kubernetes.io/metadata.name: streams')
    expect(out).not.toContain('SMELT_S3_BUCKET')
  })

  it('writes them, tells which secret is wanted, and what comes next', async () => {
    const to = folder()
    const { out } = await render('acme', ...IN_CLUSTER, to)
    expect(out).toContain(`wrote ${to}/base/namespace.yaml\n`)
    expect(out).toMatch(/Secret `smelt-secrets` in `smelt-acme`, made by you, with: ACME_PII_KEY, /)
    expect(out).toContain(`next: kubectl kustomize ${to}/s3/tenants/acme\n`)
  })

  it.each([
    ['an environment of this machine', ['acme', '--env', 'local'], 1, 'tenant/local-environment', '--env s3'],
    ['a tenant that is none', ['acne', '--env', 's3'], 1, 'cli/unknown-tenant', 'acme'],
    ['no tenant', ['--env', 's3'], 2, 'cli/bad-usage', 'Name the tenant'],
    ['two ways to the lake', ['acme', '--env', 's3', '--pod-identity'], 2, 'cli/bad-usage', 'by one of'],
    ['a role that is none', ['acme', '--env', 's3', '--role-arn', 'lake'], 2, 'cli/bad-usage', 'ARN'],
    ['an image that moves', ['acme', '--env', 's3', '--image', 'smelt:latest'], 2, 'cli/bad-usage', 'latest'],
    ['a size that is none', ['acme', '--env', 's3', '--scratch', '20GB'], 2, 'cli/bad-usage', '20Gi'],
    ['a network that is none', ['acme', '--env', 's3', '--lake-network', '10.0.0.0/33'], 2, 'cli/bad-usage', '/16'],
    ['a network for none', ['acme', '--env', 's3', '--sts-network', '10.0.0.0/28'], 2, 'cli/bad-usage', 'with a role'],
    ['a neighbour that is none', ['acme', '--env', 's3', '--ingest-from', 'proxy,*'], 2, 'cli/bad-usage', '`*` is not'],
    ['Argo CD without files', ['acme', '--env', 's3', '--repository', 'https://x'], 2, 'cli/bad-usage', '--out'],
  ])('refuses %s', async (_what, args, exit, code, words) => {
    const { code: ended, err } = await render(...args)
    expect(ended).toBe(exit)
    expect(err).toContain(`error[${code}]`)
    expect(err).toContain(words)
  })

  it('takes what smelt.yaml says of Kubernetes, and what is given over it; the role is that of the tenant in the cloud', async () => {
    const printed = async (tenant: string, ...args: readonly string[]): Promise<string> =>
      (await render(tenant, '--env', 'prod', ...args)).out
    const acme = await printed('acme')
    expect(acme).toContain('image: registry.example.org/smelt:0.1.0\n')
    const role = (id: string, account: string, region: string): string =>
      `arn:aws:iam::${account}:role/smelt/${id}/smelt-${id}-prod-${region}-engine`
    expect(acme).toContain(role('t-7kq3m9t4dhm', '111122223333', 'eu-central-1'))
    expect(await printed('globex')).toContain(role('t-g4b8r2nc6pw', '444455556666', 'us-east-1'))
    // What other environments ask for is of no concern here.
    expect(acme).not.toContain('SMELT_KAFKA')
    const given = await printed('acme', '--image', 'mine:1', '--pod-identity', '--ingest-from', 'proxy')
    expect(given).toContain('image: mine:1\n')
    expect(given).not.toContain('role-arn')
    expect(given).toContain('kubernetes.io/metadata.name: proxy')
    expect(given).not.toContain('ingress-nginx')
  })

  it('leaves pods with a role a way to the token service, and says how wide', async () => {
    const to = folder()
    const closed = ['acme', '--env', 'prod', '--lake-network', '10.30.0.0/24', '--out', to]
    const egress = (): string => readFileSync(path.join(to, 'prod/tenants/acme/egress.yaml'), 'utf8')
    expect((await render(...closed)).out).toContain('\nopen: port 443 of everywhere, as pods ask the token service')
    expect(egress()).toMatch(/name: egress-sts\n[^]*?cidr: 0\.0\.0\.0\/0/)
    const { out, code } = await render(...closed, '--sts-network', '10.31.0.0/28,10.32.0.0/28')
    expect(code).toBe(0)
    expect(out).not.toContain('open:')
    expect(egress()).toMatch(/name: egress-sts\n[^]*?cidr: 10\.31\.0\.0\/28\n[^]*?cidr: 10\.32\.0\.0\/28\n/)
    expect(egress().slice(egress().indexOf('egress-sts'))).not.toContain('0.0.0.0')
    // Where the store is open too, nothing is told: the page says so of every host whose networks nobody gave.
    expect((await render('acme', '--env', 'prod', '--out', to)).out).not.toContain('open:')
  })

  it('refuses addresses that mean the pod itself', async () => {
    const { code, err } = await smelt(['render', 'k8s', 'acme', '--env', 's3'])
    expect(code).toBe(1)
    expect(err).toContain('error[tenant/local-environment]')
    expect(err).toContain('`localhost:9092`, which in a pod is the pod itself')
  })

  it('writes what Argo CD is given, with the place of the files in the repository', async () => {
    const options = { folder: project(), variables: VARIABLES }
    const repository = 'https://git.example.org/lake.git'
    const args = ['render', 'k8s', 'acme', '--env', 's3', '--repository', repository, '--out', 'deploy/k8s']
    expect(await smelt(args, options)).toMatchObject({ code: 0, err: '' })
    const read = (file: string): string => readFileSync(path.join(options.folder, 'deploy/k8s/s3/argocd', file), 'utf8')
    expect(read('application-set.yaml')).toContain(
      'path: deploy/k8s/s3/tenants/{{ trimSuffix ".yml" (trimSuffix ".yaml" .path.filename) }}',
    )
    expect(read('projects.yaml').match(/name: smelt-s3-\w+/g)).toEqual(['name: smelt-s3-acme', 'name: smelt-s3-globex'])
    const outside = await smelt([...args.slice(0, -1), '..'], options)
    expect(outside.err).toContain('`..` is not a folder within the project')
  })

  it.each([
    ['--repository', 'not a url'],
    ['--repository', 'https://git.example.org'],
    ['--repository', 'https://git.example.org/lake.git\n'],
    ['--repository', 'https://me:secret@git.example.org/lake.git'],
    ['--repository', '../lake'],
    ['--repository', ''],
    ['--revision', 'a b'],
    ['--revision', '-main'],
    ['--revision', 'main..next'],
    ['--revision', ''],
  ])('refuses %s %j for Argo CD, and writes nothing', async (option, given) => {
    const root = project()
    const all = { '--repository': 'https://git.example.org/lake.git', '--revision': 'main', [option]: given }
    const args = [
      'render',
      'k8s',
      'acme',
      '--env',
      's3',
      '--out',
      'k8s',
      ...Object.entries(all).map((each) => each.join('=')),
    ]
    const { code, err } = await smelt(args, { folder: root, variables: VARIABLES })
    expect(code).toBe(2)
    expect(err).toContain(`\`${option}\` is not`)
    expect(err).not.toContain('secret')
    expect(existsSync(path.join(root, 'k8s'))).toBe(false)
  })

  it.each([
    ['git@git.example.org:lake.git', 'v1.*'],
    ['ssh://git@git.example.org:2222/data/lake.git', 'release/2026-11'],
    ['https://git.example.org:8443/data/lake', '0d30aec51b07'],
  ])('takes %s at %s', async (repository, revision) => {
    const args = ['render', 'k8s', 'acme', '--env', 's3', '--out', 'k8s', '--repository', repository]
    const options = { folder: project(), variables: VARIABLES }
    expect(await smelt([...args, '--revision', revision], options)).toMatchObject({ code: 0, err: '' })
    const alone = await smelt(['render', 'k8s', 'acme', '--env', 's3', '--revision', revision], options)
    expect(alone.err).toContain('`--revision` needs `--repository`')
  })

  it('makes an account for each role that reads, and for no role that is not made: the one that its trust names', async () => {
    const own = project()
    const { loaded, files } = openProject(bufferHost({ folder: own }), { colours: false, json: false })
    for (const [tenant, readers] of [
      ['acme', ['silver', 'gold']],
      ['globex', ['bronze', 'silver', 'gold', 'quarantine']],
    ] as const) {
      const { out } = await smelt(['render', 'k8s', tenant, '--env', 'prod', '--json'], { folder: own })
      const text = (JSON.parse(out) as { files: Record<string, string> }).files[`prod/tenants/${tenant}/accounts.yaml`]
      const accounts = parseAllDocuments(text ?? '').map(
        (each) => each.toJS() as { metadata: { name: string; annotations: Record<string, string> } },
      )
      expect(accounts.map(({ metadata: { name } }) => name)).toEqual(readers.map((layer) => `smelt-reader-${layer}`))
      const node = loaded.tenants.find(({ key }) => key === tenant)
      if (node === undefined) expect.fail('the tenant is there')
      const input = cloudInput(node, 'prod', files)
      for (const { metadata } of accounts) {
        const role = metadata.name.replace('smelt-', '') as RoleName
        expect(metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': cloudNames(input).roles(role).arn })
        expect(JSON.stringify(renderPolicies({ ...input, oidcProvider: 'oidc' }).trust[role])).toContain(
          `"system:serviceaccount:smelt-${tenant}:${metadata.name}"`,
        )
      }
    }
  })

  it('makes accounts without a role where the platform maps it, and none where nothing is known of the roles', async () => {
    const accounts = async (env: string, ...args: readonly string[]): Promise<string[]> => {
      const { out } = await render('acme', '--env', env, ...args, '--json')
      const text = (JSON.parse(out) as { files: Record<string, string> }).files[`${env}/tenants/acme/accounts.yaml`]
      expect(text).not.toContain('role-arn')
      return [...(text ?? '').matchAll(/^ {2}name: (.+)$/gm)].map(([, name = '']) => name)
    }
    expect(await accounts('prod', '--pod-identity')).toEqual(['smelt-reader-silver', 'smelt-reader-gold'])
    expect(await accounts('prod', '--role-arn', 'arn:aws:iam::111122223333:role/lake')).toEqual([])
    expect(await accounts('s3')).toEqual([])
  })

  it('knows what can be rendered', async () => {
    const { code, err } = await smelt(['render', 'k9s', 'acme'])
    expect(code).toBe(2)
    expect(err).toContain('`k9s` cannot be rendered; what can: `k8s`')
  })
})

describeWithParts(['kubectl'], 'smelt render k8s, with kustomize', () => {
  it('puts each shipped tenant into a namespace of its own', async () => {
    const out = folder()
    for (const tenant of ['acme', 'globex']) expect((await render(tenant, ...IN_CLUSTER, out)).code).toBe(0)
    for (const tenant of ['acme', 'globex']) {
      const text = kustomized(out, tenant)
      const placed = [...text.matchAll(/^ {2}namespace: (.+)$/gm)].map(([, namespace]) => namespace)
      expect(new Set(placed)).toEqual(new Set([`smelt-${tenant}`]))
      expect(text).toMatch(new RegExp(`kind: Namespace\\n(.*\\n)*? {2}name: smelt-${tenant}\\n`))
      expect(text).toContain(`- ${tenant}/inventory-compliance\n`)
      // The name of the map follows what is in it, so that pods start again when that changes.
      const [, map = ''] = /configMapRef:\n\s+name: (smelt-variables-\w+)/.exec(text) ?? []
      expect(text).toContain(`  name: ${map}\n`)
    }
  })
})

describeWithParts(
  ['kubectl', 'kubectl-validate', 'flink-crds', 'argo-crds'],
  'smelt render k8s, object by object',
  (folders) => {
    const validate = (file: string): { code: number | null; text: string } => {
      const tool = path.join(folders['kubectl-validate'] ?? '', 'kubectl-validate')
      const definitions = ['flink-crds', 'argo-crds'].flatMap((part) => ['--local-crds', folders[part] ?? ''])
      const { status, stdout, stderr } = spawnSync(tool, ['--version', '1.30', ...definitions, file], {
        encoding: 'utf8',
      })
      return { code: status, text: stdout + stderr }
    }

    it.each([
      ['acme', 'a set of one pod per pipeline', 's3', []],
      ['acme', 'a Flink cluster per pipeline', 's3', ['--flink', 'application']],
      ['acme', 'one Flink cluster', 's3', ['--flink', 'session']],
      ['globex', 'a set of one pod per pipeline', 's3', []],
      ['acme', 'pods with a role, and ingest, by smelt.yaml alone', 'prod', []],
      ['globex', 'pods with a role, and ingest, by smelt.yaml alone', 'prod', []],
      ['globex', 'ingest for who is named', 's3', ['--ingest-from', 'proxy,10.0.0.0/8,fd00::/8']],
    ])('is what Kubernetes takes, of %s: %s', async (tenant, _what, env, options) => {
      const out = folder()
      expect(await render(tenant, '--env', env, '--out', out, ...options)).toMatchObject({ code: 0, err: '' })
      const file = path.join(out, 'all.yaml')
      const text = kustomized(out, tenant, env)
      expect(text.includes('kind: Deployment')).toBe(env === 'prod' || options.includes('--ingest-from'))
      writeFileSync(file, text)
      expect(validate(file)).toEqual({ code: 0, text: expect.stringContaining('OK') as string })
    })

    it.each([
      ['serviceAccountName', 'serviceAcountName', []],
      ['readOnlyRootFilesystem', 'readonlyRootFilesystem', []],
      ['policyTypes', 'policyType', []],
      ['upgradeMode', 'upgrademode', ['--flink', 'application']],
      ['claimName', 'claimname', ['--ingest-from', 'proxy']],
    ])('a `%s` that is misspelt is found', async (field, misspelt, options) => {
      const out = folder()
      await render('acme', ...IN_CLUSTER, out, ...options)
      const text = kustomized(out, 'acme')
      expect(text).toContain(field)
      const file = path.join(out, 'all.yaml')
      writeFileSync(file, text.replace(field, misspelt))
      const { code, text: said } = validate(file)
      expect(code).not.toBe(0)
      expect(said).toContain(misspelt)
    })

    it('is what Argo CD takes, and a misspelt word of it is found', async () => {
      const options = { folder: project(), variables: VARIABLES }
      const args = ['--env', 's3', '--repository', 'https://git.example.org/lake.git', '--out', 'k8s']
      expect((await smelt(['render', 'k8s', 'acme', ...args], options)).err).toBe('')
      const folder = path.join(options.folder, 'k8s/s3/argocd')
      expect(validate(folder)).toEqual({ code: 0, text: expect.stringContaining('OK') as string })
      const file = path.join(folder, 'application-set.yaml')
      writeFileSync(file, readFileSync(file, 'utf8').replace('applicationsSync', 'applicationSync'))
      expect(validate(folder)).toMatchObject({ text: expect.stringContaining('applicationSync') as string })
      expect(validate(folder).code).not.toBe(0)
    })
  },
)
