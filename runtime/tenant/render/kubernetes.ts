import { renderK8s } from '../k8s/render-k8s.ts'
import { KUBERNETES_FOLDER } from '../names.ts'
import type { Rendered, RenderInput } from './renderer.ts'

/** The objects of a tenant, and the base of all tenants, where `smelt render k8s` would write them with `--out k8s`. */
export function renderKubernetes({ kubernetes }: Pick<RenderInput, 'kubernetes'>): Rendered {
  if (kubernetes === undefined) return new Map()
  return new Map([...renderK8s(kubernetes)].map(([file, text]) => [`${KUBERNETES_FOLDER}/${file}`, text]))
}
