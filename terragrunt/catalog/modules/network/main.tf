module "policies" {
  source = "../policies"
  tenant = var.tenant
}

# Requests through a gateway endpoint carry the network they come from, by which the policy of the bucket lets them in.
resource "aws_vpc_endpoint" "storage" {
  for_each = var.endpoint_vpc_ids

  vpc_id            = each.key
  service_name      = "com.amazonaws.${var.tenant.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = each.value
  policy            = module.policies.endpoint_policy

  tags = merge(var.tenant.tags, {
    environment = var.tenant.environment
    managed-by  = "smelt"
  })
}
