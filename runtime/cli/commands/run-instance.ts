import { Option } from 'commander'
import type { CliCommand } from '../command.ts'

/** What `run` starts once per instance, in a process of its own. */
export const runInstance: CliCommand = {
  usage: 'run-instance <instance>',
  summary: 'run one instance in this process (started by `smelt run`)',
  options: [
    new Option('--until-end', 'stop at the end offsets seen at start'),
    new Option('--from <where>', 'where to start'),
    new Option('--accept-loss', 'go on without records that the topics have lost'),
  ],
  examples: [['smelt run acme/inventory-compliance', 'is what to call instead']],
  hidden: true,
  async run(call) {
    const { runInstanceProcess } = await import('../instance/run-instance.ts')
    return runInstanceProcess(call)
  },
}
