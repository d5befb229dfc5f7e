# The platform in this region, which stands before any tenant does. Roles are named without their account.
locals {
  plan_role        = "smelt-plan"
  apply_role       = "smelt-apply"
  break_glass_role = "break-glass"

  # Host and path of the token issuer of the cluster that the tenants' pods run in.
  oidc_provider = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE9F1A3C5D7"
}
