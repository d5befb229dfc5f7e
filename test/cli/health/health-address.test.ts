import { describe, expect, it } from 'vitest'
import { parseHealthAddress } from '../../../runtime/cli/health/health-address.ts'

describe('parseHealthAddress', () => {
  it.each([
    ['8081', { host: '127.0.0.1', port: 8081 }],
    ['*:8081', { port: 8081 }],
    ['10.0.0.7:80', { host: '10.0.0.7', port: 80 }],
    ['[::1]:8081', { host: '::1', port: 8081 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('reads %s', (text, address) => expect(parseHealthAddress(text)).toEqual(address))

  it.each(['', 'x', ':8081', '::1:8081', '65536', '99999', '80 81', '8081/', 'a b:80'])('refuses `%s`', (text) =>
    expect(parseHealthAddress(text)).toBeUndefined(),
  )
})
