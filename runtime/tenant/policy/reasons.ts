import { ROOT_RECOVERY } from './evaluate.ts'
import { readersOfSid } from './bucket-statements.ts'
import { LAYERS, PREFIXES } from './roles.ts'

/** What each statement is for, in a sentence that answers `why`. By sid, which is one statement's alone. */
export const REASONS: Readonly<Record<string, string>> = {
  // The bucket.
  InsecureTransport: 'Nobody is answered without TLS.',
  OldTransport: 'Nobody is answered over a TLS older than 1.2.',
  DataOutsideNetwork: "The data are reached from the tenant's own networks only.",
  DataOutsideNetworkAndAddresses: "The data are reached from the tenant's own networks and allowed addresses only.",
  DataOutsideRegion: "The data are reached in the tenant's region only.",
  ServicesForReaders: 'Services of the cloud reach data for the roles that read one layer, and for nobody else.',
  ServicesWriteNothing: 'Services of the cloud write nothing for anybody but break-glass.',
  ForeignIdentity: 'Nobody of another account is let in.',
  GuardControlPlane: 'Only apply and break-glass decide who may do what with the bucket.',
  KeepVersions: 'Only break-glass removes versions or changes how long they are kept.',
  WrongKey: "What is written is encrypted with the tenant's key.",
  WrongEncryption: 'What is written is encrypted by a key of the key service.',
  UnnamedKey: "Who names the encryption names the tenant's key too.",
  CustomerKey: 'What is written is never encrypted with a key that only its sender has.',
  NamesForRoles: "Only the tenant's roles and who manages it see names of objects.",
  ...Object.fromEntries(
    PREFIXES.map((prefix) => [readersOfSid(prefix), `Only roles that need it read under ${prefix}/.`]),
  ),
  ...Object.fromEntries(
    LAYERS.map((layer) => [
      readersOfSid(layer),
      `Under ${layer}/ only the engine, maintenance, break-glass and whom the classification of the layer lets in read.`,
    ]),
  ),
  WritersOfLayers: 'Only the engine, maintenance and break-glass write tables.',
  WritersOfState: 'Only the engine and break-glass write under state/ and .probe/.',
  WritersOfArtifacts: 'Only the deployer and break-glass change what the engine runs.',
  NothingElsewhere: 'Only break-glass reaches objects outside of the known prefixes.',
  // The key.
  AccountAdministersKey: 'The key leaves it to the policies of its own account, where no denial says otherwise.',
  KeyForeignIdentity: 'Nobody of another account uses the key.',
  PlanSeesKey: 'The key lets who plans look at it.',
  ApplyManagesKey: 'The key lets who applies manage it.',
  KeyForWriters: "Only the tenant's roles that write, and break-glass, encrypt with the key.",
  KeyForReaders: "Only the tenant's roles and break-glass decrypt with the key.",
  KeyThroughStorage: 'The key works through storage only, which asks where a request comes from.',
  GuardKey: 'Only apply and break-glass decide about the key.',
  // The endpoint.
  OwnBuckets: 'The endpoint lets the account reach its own buckets.',
  PackageBuckets: 'The endpoint lets machines read public packages.',
  // The roles of the tenant.
  ListBucket: 'The role lists the whole bucket.',
  ListPrefixes: 'The role lists what it may read.',
  ReadPrefixes: 'The role reads under this prefix.',
  WritePrefixes: 'The role writes under this prefix.',
  UseKey: 'The role uses the key for the objects that it may reach.',
  // Who manages.
  SeeBucket: 'Who plans sees the settings of the bucket.',
  SeeAliases: 'Who manages sees what keys are called.',
  SeeRoles: "Who plans sees the tenant's roles.",
  SeeEndpoints: 'Who manages sees the endpoints of networks.',
  SeeAssociations: 'Who manages sees which pods become which role.',
  ListState: "Who manages lists the platform's states.",
  ReadState: 'Who manages reads the states of the tenant.',
  LockState: 'Who manages holds the lock of a state.',
  WriteState: 'Who applies writes the states of the tenant.',
  ManageBucket: 'Who applies manages the bucket.',
  MakeKey: 'Who applies makes the key.',
  TagNewKey: 'Who applies tags the key that is made as of the tenant.',
  NameKey: 'Who applies names the key.',
  ManageRoles: "Who applies manages the tenant's roles.",
  PutEndpoint: "Who applies puts endpoints into the tenant's networks.",
  MakeEndpoint: 'Who applies makes endpoints.',
  TagNewEndpoint: 'Who applies tags the endpoint that is made.',
  ManageEndpoint: 'Who applies manages the endpoints that it made.',
  MakeAssociation: 'Who applies says which pods of the cluster become a role.',
  ManageAssociations: 'Who applies manages which pods become which role.',
  PassRoles: "Who applies hands the tenant's roles to pods and to nothing else.",
  // Who has far too wide policies, and the account itself.
  Anything: 'The principal is taken to have been allowed everything.',
  Root: 'The root of the account may do what no policy denies.',
  [ROOT_RECOVERY]: 'The root of the account can always mend the policy of its bucket.',
}
