//! Why a command on an endpoint is refused.

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("only a webhook has a secret")]
    WithoutSecret,
}
