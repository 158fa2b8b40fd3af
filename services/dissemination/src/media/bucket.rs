//! Media in a bucket that speaks S3.

use object_store::aws::{AmazonS3, AmazonS3Builder};

use super::{
    OpenError,
    config::{AccessKey, Bucket},
};

pub(super) fn open(bucket: &Bucket) -> Result<AmazonS3, OpenError> {
    let key = AccessKey::read(&bucket.key_file).map_err(|error| OpenError::Key(error.to_string()))?;
    // The client takes the process's provider; one that is there already is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let store = AmazonS3Builder::new()
        .with_endpoint(&bucket.endpoint)
        .with_allow_http(bucket.endpoint.starts_with("http://"))
        .with_bucket_name(&bucket.bucket)
        .with_region(&bucket.region)
        .with_access_key_id(key.id)
        .with_secret_access_key(key.secret)
        .build()?;
    Ok(store)
}
