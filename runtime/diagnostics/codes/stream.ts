import { entry } from '../entry.ts'

const base = { severity: 'error', since: '0.1.0' } as const
const external = { ...base, domain: 'external', retry: 'never' } as const

interface Place {
  topic: string
  partition: number
}

const at = ({ topic, partition }: Place): string => `topic partition \`${topic}-${partition}\``

/** What can go wrong between a broker and us. */
export const streamCodes = {
  'stream/broker-unreachable': entry<{ address: string; detail: string }>({
    ...external,
    retry: 'backoff',
    title: 'Broker unreachable',
    message: ({ address, detail }) => `The broker \`${address}\` cannot be reached: ${detail}`,
    why: 'Records are read from and written to the broker; nothing can go on without it.',
    fix: 'Check that the broker runs, that the address is right and that TLS and SASL are set as its listener wants them.',
    example: { address: 'broker:9092', detail: 'connection refused' },
  }),
  'stream/reconnecting': entry<{ address: string; detail: string }>({
    ...external,
    severity: 'warning',
    retry: 'backoff',
    title: 'Connection to the broker lost',
    message: ({ address, detail }) => `The connection to \`${address}\` was lost (${detail}); trying again`,
    why: 'Reading goes on where it stopped once the broker is back.',
    fix: 'Look at the broker if this lasts.',
    example: { address: 'broker:9092', detail: 'the broker closed the connection' },
  }),
  'stream/unknown-topic': entry<{ topic: string }>({
    ...external,
    domain: 'user',
    title: 'Unknown topic',
    message: ({ topic }) => `There is no topic \`${topic}\``,
    why: 'A source is read from a topic that exists; it is never created by reading.',
    fix: ({ topic }) => `Create \`${topic}\`, or correct the name in the pipeline.`,
    example: { topic: 'acme.inventory' },
  }),
  'stream/topic-gone': entry<{ topic: string }>({
    ...external,
    title: 'Topic deleted',
    message: ({ topic }) => `The topic \`${topic}\` was deleted while it was read`,
    why: 'The offsets of the checkpoint belong to records that are gone.',
    fix: 'Bring the topic back from a backup, or start the pipeline anew with `--from empty`.',
    example: { topic: 'acme.inventory' },
  }),
  'stream/topic-recreated': entry<{ topic: string; detail: string }>({
    ...external,
    title: 'Topic deleted and created again',
    message: ({ topic, detail }) => `The topic \`${topic}\` is not the one the offsets belong to: ${detail}`,
    why: 'Equal offsets would mean other records, so going on would lose or mix data.',
    fix: 'Start the pipeline anew with `--from empty` if the new topic is meant.',
    example: { topic: 'acme.inventory', detail: 'its id is another one' },
  }),
  'stream/invalid-topic-name': entry<{ topic: string }>({
    ...base,
    domain: 'user',
    retry: 'never',
    title: 'Invalid topic name',
    message: ({ topic }) => `\`${topic}\` cannot be the name of a topic`,
    why: "A topic's name has 1 to 249 letters, digits, `.`, `_` and `-`, and is neither `.` nor `..`.",
    fix: 'Choose a name of these characters.',
    example: { topic: 'acme/inventory' },
  }),
  'stream/unknown-partition': entry<Place>({
    ...external,
    title: 'Unknown topic partition',
    message: (place) => `There is no ${at(place)}`,
    why: 'A record can only be in a topic partition that its topic has.',
    fix: 'Name a topic partition that exists, or leave it out and let the key decide.',
    example: { topic: 'acme.inventory', partition: 12 },
  }),
  'stream/offset-out-of-range': entry<Place & { wanted: bigint; start: bigint; end: bigint }>({
    ...external,
    title: 'Offset out of range',
    message: ({ wanted, start, end, ...place }) =>
      wanted < start
        ? `The offsets ${wanted} to ${start - 1n} of ${at(place)} were deleted by the broker before they were read`
        : `Offset ${wanted} of ${at(place)} is past the end of its log, which holds ${start} up to ${end}`,
    why: 'Jumping to another offset would lose or repeat records in silence.',
    fix: 'Raise the retention of the topic. To go on without the lost records, restart with `--from empty` or from a savepoint that is in range.',
    example: { topic: 'acme.inventory', partition: 3, wanted: 1207n, start: 5000n, end: 9000n },
  }),
  'stream/corrupt-batch': entry<Place & { offset: bigint; reason: string }>({
    ...external,
    title: 'Corrupt record batch',
    message: ({ offset, reason, ...place }) =>
      `The record batch at offset ${offset} of ${at(place)} is damaged: ${reason}`,
    why: 'A batch whose checksum or structure is wrong would give wrong records.',
    fix: 'Look at the disks and replicas of the broker; restore the batch or delete the records up to it.',
    example: { topic: 'acme.inventory', partition: 3, offset: 1207n, reason: 'its checksum is wrong' },
  }),
  'stream/unknown-codec': entry<Place & { offset: bigint; reason: string }>({
    ...external,
    title: 'Unknown compression or format',
    message: ({ offset, reason, ...place }) =>
      `The record batch at offset ${offset} of ${at(place)} cannot be read: ${reason}`,
    why: 'Only record batches of format 2 with gzip, snappy, lz4, zstd or no compression are understood.',
    fix: 'Have the producer use one of these, or rewrite the old part of the topic.',
    example: { topic: 'acme.inventory', partition: 3, offset: 1207n, reason: 'it is compressed by codec 7' },
  }),
  'stream/denied': entry<{ topic: string; detail: string }>({
    ...external,
    domain: 'user',
    title: 'Broker denied access',
    message: ({ topic, detail }) => `The broker refuses access to \`${topic}\`: ${detail}`,
    why: 'The identity we connect with lacks a right, or was not accepted.',
    fix: 'Check user, password and mechanism, and grant DESCRIBE and READ on the topic (WRITE and CREATE to produce).',
    example: { topic: 'acme.inventory', detail: 'TOPIC_AUTHORIZATION_FAILED' },
  }),
  'stream/request-failed': entry<{ request: string; detail: string }>({
    ...external,
    retry: 'backoff',
    title: 'Broker refused a request',
    message: ({ request, detail }) => `The broker did not carry out \`${request}\`: ${detail}`,
    why: 'The broker answered with an error that trying again did not clear.',
    fix: 'Look at the log of the broker.',
    example: { request: 'list offsets', detail: 'NOT_ENOUGH_REPLICAS' },
  }),
  'stream/topic-locked': entry<{ topic: string; owner: string }>({
    ...external,
    retry: 'backoff',
    title: 'Topic has another writer',
    message: ({ topic, owner }) => `The topic log of \`${topic}\` is being written by ${owner}`,
    why: 'One process at a time appends to a topic log, so that offsets stay in order.',
    fix: 'Wait until the other process has ended, or produce through a Kafka broker.',
    example: { topic: 'acme.inventory', owner: 'process 4711' },
  }),
  'stream/log-repaired': entry<Place & { bytes: number; end: bigint }>({
    ...external,
    severity: 'info',
    title: 'Torn end of a topic log cut off',
    message: ({ bytes, end, ...place }) =>
      `The last ${bytes} bytes of ${at(place)} were an unfinished write and were cut off; the log ends at offset ${end}`,
    why: 'A writer was stopped while it appended; a record that was never acknowledged is not in the log.',
    fix: 'Nothing; the producer sends the record again if it was not acknowledged.',
    example: { topic: 'acme.inventory', partition: 3, bytes: 512, end: 1207n },
  }),
  'stream/log-unwritable': entry<{ topic: string; detail: string }>({
    ...external,
    retry: 'backoff',
    title: 'Topic log not writable',
    message: ({ topic, detail }) => `The topic log of \`${topic}\` cannot be written: ${detail}`,
    why: 'A record counts as sent only when it is on the disk.',
    fix: 'Check the free space and the rights of the folder.',
    example: { topic: 'acme.inventory', detail: 'the disk is full' },
  }),
}
