import { entry } from '../entry.ts'

const base = { severity: 'error', domain: 'user', retry: 'never', since: '0.1.0' } as const

const quoted = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ')

/** What can be wrong with where a tenant stands in the cloud, and with who may see its data. */
export const tenantFileCodes = {
  'tenant/unknown-region': entry<{ region: string; nearest: string | undefined; known: readonly string[] }>({
    ...base,
    title: 'Unknown region',
    message: ({ region }) => `\`${region}\` is not the full code of a region`,
    why: 'Names and addresses hold the code, so a short one would lead somewhere else, or nowhere.',
    fix: ({ nearest, known }) =>
      nearest === undefined ? `Write one of ${quoted(known)}.` : `Did you mean \`${nearest}\`?`,
  }),
  'tenant/account-is-id': entry<{ account: string }>({
    ...base,
    title: 'Id of a tenant as an account number',
    message: ({ account }) => `\`account_id\` is \`${account}\`, which is the id of a tenant`,
    why: 'An account has twelve digits. Ids of tenants begin with `t-` so that the two cannot be swapped unseen.',
    fix: 'Write the twelve digits of the account, in quotes.',
  }),
  'tenant/bad-vpc-id': entry<{ id: string; digits: number | undefined }>({
    ...base,
    title: 'Not the id of a network',
    message: ({ id, digits }) =>
      digits === undefined
        ? `\`${id}\` is not the id of a network`
        : `\`${id}\` is not the id of a network: it has ${digits} hexadecimal digits, not 8 or 17`,
    why: 'Only named networks reach the data. With an id that no network has, nobody does.',
    fix: 'Copy the id from where the network is managed: `vpc-` and 8 or 17 of the digits `0`-`9` and `a`-`f`.',
  }),
  'tenant/vpc-ids-not-list': entry<{ found: string }>({
    ...base,
    title: 'Networks that are a text',
    message: ({ found }) => `\`vpc_ids\` is the text \`${found}\`, not a list`,
    why: 'A list in quotes is one text, which no network is called.',
    fix: 'Write the list without quotes around it: `vpc_ids: [vpc-0a4e76cf16be65766]`.',
  }),
  'tenant/endpoint-elsewhere': entry<{ network: string; nearest: string | undefined; known: readonly string[] }>({
    ...base,
    title: "Endpoint in a network that is not the tenant's",
    message: ({ network }) => `\`endpoint_vpc_ids\` names \`${network}\`, which is not in \`vpc_ids\``,
    why: 'An endpoint is a way to the data, and from this network nobody may have it.',
    fix: ({ nearest, known }) =>
      nearest === undefined
        ? `Write one of ${quoted(known)}, or add the network to \`vpc_ids\`.`
        : `Did you mean \`${nearest}\`? Or add the network to \`vpc_ids\`.`,
  }),
  'tenant/classification-not-per-layer': entry<{ levels: readonly string[] }>({
    ...base,
    title: 'Classification that is not per layer',
    message: () => '`classification` must have one level for each layer',
    why: 'Raw records and hourly counts are not equally sensitive, and the level of a layer decides who reads it and how long it stays.',
    fix: ({ levels }) =>
      `Write \`bronze\`, \`silver\`, \`gold\` and \`quarantine\`, each with one of ${quoted(levels)}.`,
  }),
  'tenant/quarantine-less-sensitive': entry<{ quarantine: string; bronze: string }>({
    ...base,
    title: 'Quarantine less sensitive than bronze',
    message: ({ quarantine, bronze }) => `\`quarantine\` is \`${quarantine}\`, but \`bronze\` is \`${bronze}\``,
    why: 'Quarantine keeps the raw bytes of refused records: what bronze holds, it holds too.',
    fix: ({ bronze }) => `Write \`quarantine: ${bronze}\`.`,
  }),
  'tenant/outside-residency': entry<{ region: string; allowed: readonly string[] }>({
    ...base,
    title: 'Region outside the residency',
    message: ({ region, allowed }) => `\`${region}\` does not lie in ${quoted(allowed)}`,
    why: '`residency` says in whose law the data of the tenant may lie.',
    fix: 'Take a region that lies there, or have `residency` widened by who decides about the data.',
  }),
  'tenant/per-environment': entry<{ field: string }>({
    ...base,
    title: 'Field of an environment',
    message: ({ field }) => `\`${field}\` belongs to an environment of the tenant`,
    why: 'A tenant can stand in several environments, each with its own account and networks.',
    fix: 'Write `environments: { prod: { region: ..., account_id: ..., vpc_ids: [...] } }`.',
  }),
  'tenant/derived-name': entry<{ field: string }>({
    ...base,
    title: 'Name that is worked out',
    message: ({ field }) => `\`${field}\` is not written: it is worked out`,
    why: 'Every bucket, folder and address of a tenant comes from its id, environment, account and region. Two that were written by hand differ sooner or later.',
    fix: 'Remove the line. `smelt tenant plan` shows the names.',
  }),
  'tenant/shared-role': entry<{ field: string }>({
    ...base,
    title: 'One role for all layers',
    message: ({ field }) => `\`${field}\` is not written: each layer has roles of its own`,
    why: 'One role for all would let whoever reads gold read raw records, and change what the engine runs.',
    fix: 'Remove the line. `smelt tenant plan` shows the roles.',
  }),
  'tenant/vanished': entry<{
    key: string
    file: string
    trace: string | undefined
    removal?: { readonly commit?: string; readonly restore: string }
  }>({
    ...base,
    title: 'Tenant that vanished',
    message: ({ key, file, trace, removal }) => {
      if (removal?.commit !== undefined) return `\`${file}\` was removed by the commit \`${removal.commit}\``
      if (removal !== undefined) return `\`${file}\` was removed, which is not committed yet`
      return `\`${trace ?? file}\` is there, but no file of the tenant \`${key}\``
    },
    why: 'A tenant leaves with `state: offboarded` in its file, which stays. A file that is gone is a mistake, such as a commit taken back, and never an order to remove data.',
    fix: ({ key, file, removal }) =>
      `${removal === undefined ? `Bring \`${file}\` back from git` : `Put it back: \`${removal.restore}\``}. To let the tenant go, then run \`smelt tenant suspend ${key}\` and \`smelt tenant offboard ${key}\`, and keep the file.`,
  }),
  'tenant/id-changed': entry<{ key: string; id: string; was: string; file: string | undefined }>({
    ...base,
    title: 'Changed id of a tenant',
    message: ({ key, id, was, file }) =>
      file === undefined
        ? `The id of the tenant \`${key}\` is \`${id}\`, but at the newest commit it is \`${was}\``
        : `The id of the tenant \`${key}\` is \`${id}\`, but \`${file}\` was made for \`${was}\``,
    why: 'The bucket, the key, the roles and the state of a tenant are named by its id. Under another one Terragrunt makes all of them anew, empty, and nobody owns what there is.',
    fix: ({ was, file }) =>
      `Put \`id: ${was}\` back. Only where nothing was ever made in the cloud under it, ${file === undefined ? 'commit the change' : `remove \`${file}\` instead`}.`,
  }),
  'tenant/still-runs': entry<{ tenant: string; state: string; environment: string; file: string }>({
    ...base,
    title: 'Pods of a tenant that runs nothing',
    message: ({ tenant, state, file }) => `\`${file}\` has pods, but the tenant \`${tenant}\` is ${state}`,
    why: 'Whoever brings the files to the cluster, as Argo CD does by itself, starts again what was ended.',
    fix: ({ tenant, environment }) =>
      `Run \`smelt tenant apply ${tenant} --env ${environment}\`, or where smelt.yaml has no \`kubernetes\` for the environment \`smelt render k8s ${tenant} --env ${environment} --out k8s\`, and bring the files to the cluster.`,
  }),
  'tenant/unread-history': entry<{ detail: string }>({
    ...base,
    severity: 'warning',
    domain: 'external',
    title: 'History of tenants that cannot be read',
    message: ({ detail }) => `Git does not say which tenants there were: ${detail}`,
    why: 'A tenant whose file is gone without a tombstone is an error. Where nothing else was made for it, only git knows that it was there.',
    fix: 'Run `git log -- tenants` in the project, and mend what it says.',
    example: { detail: 'git is not installed' },
  }),
  'tenant/no-stub': entry<{ key: string; environment: string; stub: string }>({
    ...base,
    title: 'Environment without its stub',
    message: ({ key, environment, stub }) =>
      `The tenant \`${key}\` stands in \`${environment}\`, but \`${stub}\` is not there`,
    why: 'The stub is what makes the infrastructure of the tenant known to Terragrunt.',
    fix: ({ key }) => `Run \`smelt tenant new ${key}\`, which writes what is missing and nothing else.`,
  }),
  'tenant/stray-stub': entry<{
    stub: string
    key: string
    environment: string
    region: string
    now: string | undefined
    isGone: boolean
  }>({
    ...base,
    title: 'Stub where its tenant does not stand',
    message: ({ stub, key, environment, now }) =>
      now === undefined
        ? `\`${stub}\` is there, but the tenant \`${key}\` does not stand in \`${environment}\``
        : `\`${stub}\` is there, but in \`${environment}\` the tenant \`${key}\` stands in \`${now}\``,
    why: 'Terragrunt makes a stack of every stub, with what the file of the tenant says. Without the environment there it stops, for every tenant; with another region two stacks own one state, and each undoes the other.',
    fix: ({ stub, environment, region, isGone }) => {
      const back = `Put \`${environment}\` with \`region: ${region}\` back into the file of the tenant`
      const anew = isGone ? '' : ' To have it elsewhere, then offboard it and onboard it anew under another key.'
      return `${back}. A tenant does not move: in another region a new bucket and a new key are made, and no data goes there.${anew} Remove \`${stub}\` only where its stack was never applied, or after a person has destroyed it with Terragrunt.`
    },
  }),
  'tenant/stub-differs': entry<{ stub: string; template: string }>({
    ...base,
    title: 'Stub that was edited',
    message: ({ stub, template }) => `\`${stub}\` is not the same as \`${template}\``,
    why: 'Stubs are alike for all tenants, so that one change of the template reaches every one of them.',
    fix: "Write what is the tenant's own into its file, and run `smelt tenant apply`, which writes the stub anew.",
  }),
  'tenant/no-region-file': entry<{ key: string; region: string; file: string; like: string | undefined }>({
    ...base,
    title: 'Region without its file',
    message: ({ key, region, file }) => `The tenant \`${key}\` stands in \`${region}\`, but \`${file}\` is not there`,
    why: '`region.hcl` names what stands in a region before any tenant does: roles and a cluster. Without it, here or in a folder above, Terragrunt generates nothing, for no tenant.',
    fix: ({ file, like }) =>
      like === undefined
        ? `Write \`${file}\`: \`locals\` with \`plan_role\`, \`apply_role\`, \`break_glass_role\`, and \`oidc_provider\`, the token issuer of the cluster.`
        : `Copy \`${like}\` to \`${file}\`, and write into it the roles and the cluster of the region.`,
  }),
  'tenant/partition-not-served': entry<{ region: string; partition: string; served: readonly string[] }>({
    ...base,
    title: 'Region of another partition',
    message: ({ region, partition, served }) =>
      `\`${region}\` lies in the partition \`${partition}\`, and tenants stand in ${quoted(served)} alone`,
    why: 'In other partitions services have other names, in policies too: what guards a bucket here would let nobody in there, or the wrong ones.',
    fix: 'Take a region of one of these. A tenant that needs nothing of its own in the cloud leaves `environments` out.',
  }),
  'tenant/filled-in': entry<{ field: string; found: string }>({
    ...base,
    title: 'Placeholder in a field of the cloud',
    message: ({ field, found }) => `\`${field}\` is \`${found}\`, and no placeholder may stand there`,
    why: 'Terragrunt reads this file too, and takes the text as it stands: Smelt would name one bucket, account or network, and Terragrunt make another, or none.',
    fix: 'Write the value itself. What differs by environment stands under `environments`, once for each.',
  }),
  'tenant/unknown-environment': entry<{
    key: string
    environment: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    ...base,
    severity: 'warning',
    title: 'Environment that the project does not have',
    message: ({ key, environment }) =>
      `The tenant \`${key}\` stands in \`${environment}\`, which smelt.yaml does not have`,
    why: 'An environment of a tenant and one of smelt.yaml are the same place when they have one name, and `--env` takes names of smelt.yaml.',
    fix: ({ environment, nearest, known }) =>
      nearest === undefined
        ? `Add \`${environment}\` to smelt.yaml, which has ${known.map((each) => `\`${each}\``).join(', ')}. Leave it as it is while nothing of this project runs there.`
        : `Did you mean \`${nearest}\`?`,
  }),
  'tenant/quota-too-small': entry<{ tenant: string; field: 'cpu' | 'memory'; given: string; needed: string }>({
    ...base,
    title: 'Quota smaller than what runs',
    message: ({ tenant, field, given, needed }) =>
      `\`${field}\` of \`${tenant}\` is ${given}, and its pods need ${needed}`,
    why: 'Kubernetes starts no pod beyond what the namespace may take, so some instances would wait for ever.',
    fix: ({ field }) =>
      `Raise \`quotas.${field}\` of the tenant, let it run fewer pipelines, or give the environment a smaller \`engine\`.`,
  }),
  'tenant/not-active': entry<{ tenant: string; state: string }>({
    ...base,
    title: 'Tenant that runs nothing',
    message: ({ tenant, state }) => `The tenant \`${tenant}\` is ${state}`,
    why: 'A suspended tenant keeps its data and runs nothing; an offboarded one is gone for good.',
    fix: ({ tenant, state }) =>
      state === 'suspended' ? `Run \`smelt tenant resume ${tenant}\` first.` : 'Onboard it again under another key.',
  }),
  'tenant/wrong-state': entry<{ tenant: string; state: string; verb: string; needs: string }>({
    ...base,
    title: 'Not from this state',
    message: ({ tenant, state, verb }) => `The tenant \`${tenant}\` is ${state}, so it cannot be ${verb}`,
    why: 'A tenant goes from active to suspended and back, and from suspended to offboarded, from where nothing leads back.',
    fix: ({ needs }) => needs,
  }),
  'tenant/prefix-collision': entry<{ key: string; other: string }>({
    ...base,
    title: 'Keys that begin alike',
    message: ({ key, other }) => `The key \`${key}\` begins with that of the tenant \`${other}\``,
    why: 'Names are made of a key, a hyphen and more, so a rule for all names of the one would hold for the other.',
    fix: 'Give the newer of the two another key, so that neither begins with the other and a hyphen.',
  }),
}
