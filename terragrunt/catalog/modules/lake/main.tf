module "policies" {
  source  = "../policies"
  tenant  = var.tenant
  key_arn = var.key_arn
}

locals {
  prefixes = ["bronze", "silver", "gold", "quarantine", "state", "artifacts"]

  tags = merge(var.tenant.tags, {
    tenant-id   = var.tenant.tenant_id
    environment = var.tenant.environment
    managed-by  = "smelt"
    }, {
    for layer, class in var.tenant.data_classification : "data-classification-${layer}" => class
  })
}

resource "aws_s3_bucket" "lake" {
  bucket        = module.policies.bucket_name
  force_destroy = false
  tags          = local.tags
}

resource "aws_s3_bucket_ownership_controls" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arn
    }
  }
}

# Nothing here removes a current object under a table by its age: only the table's maintenance knows what is live.
resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    id     = "abandoned-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "replaced-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = coalesce(var.noncurrent_days, module.policies.noncurrent_days)
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = var.expire_days

    content {
      id     = "expire-${rule.key}"
      status = "Enabled"

      filter {
        prefix = "${rule.key}/"
      }

      expiration {
        days = rule.value
      }
    }
  }

  # Rules about versions mean nothing before versioning is on.
  depends_on = [aws_s3_bucket_versioning.lake]
}

# After ownership and the public access block: AWS refuses a policy while those are being changed.
resource "aws_s3_bucket_policy" "lake" {
  bucket = aws_s3_bucket.lake.id
  policy = module.policies.bucket_policy

  depends_on = [
    aws_s3_bucket_ownership_controls.lake,
    aws_s3_bucket_public_access_block.lake,
  ]
}
