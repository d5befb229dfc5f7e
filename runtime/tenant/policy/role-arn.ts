import type { RoleName } from './roles.ts'

/** The ARN of a tenant's role, with blanks. */
export function roleArn(role: RoleName): string {
  return `arn:\${partition}:iam::\${account_id}:role/smelt/\${tenant_id}/\${name}-\${region}-${role}`
}
