//! The token that a service shows to another.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tonic::metadata::{Ascii, MetadataValue};

/// A token in a file, which may be replaced at any time: a call shows the one that is there. Cheap to clone.
#[derive(Clone)]
pub struct Bearer {
    file: PathBuf,
    /// The newest one that could be read: while a file is being replaced, it may not be there.
    known: Arc<Mutex<MetadataValue<Ascii>>>,
}

/// There is no token.
#[derive(Debug, thiserror::Error)]
pub enum BearerError {
    #[error("the token's file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("the token's file holds no token")]
    Malformed,
}

impl Bearer {
    /// The token in this file. What is wrong with it shows here, and not at the first call.
    pub async fn in_file(file: impl Into<PathBuf>) -> Result<Self, BearerError> {
        let file = file.into();
        let known = parse(&tokio::fs::read_to_string(&file).await?)?;
        Ok(Self { file, known: Arc::new(Mutex::new(known)) })
    }

    /// A request with the token that is there now.
    pub(crate) async fn on<T>(&self, message: T) -> tonic::Request<T> {
        let read = tokio::fs::read_to_string(&self.file).await.map_err(BearerError::from);
        let token = match read.and_then(|text| parse(&text)) {
            Ok(token) => {
                self.known.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&token);
                token
            }
            Err(error) => {
                tracing::warn!(%error, file = %self.file.display(), "the newest token that is known is used on");
                self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
            }
        };
        let mut request = tonic::Request::new(message);
        request.metadata_mut().insert("authorization", token);
        request
    }
}

fn parse(text: &str) -> Result<MetadataValue<Ascii>, BearerError> {
    let token = text.trim();
    if token.is_empty() {
        return Err(BearerError::Malformed);
    }
    format!("Bearer {token}").parse().map_err(|_| BearerError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn shown(bearer: &Bearer) -> String {
        let request = bearer.on(()).await;
        request.metadata().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn a_call_shows_the_token_that_is_in_the_file_and_the_one_of_before_while_there_is_none() {
        let file = std::env::temp_dir().join(format!("kim-bearer-{}", std::process::id()));
        std::fs::write(&file, "one\n").expect("a file can be written");
        let bearer = Bearer::in_file(&file).await.expect("it holds a token");
        assert_eq!(shown(&bearer).await, "Bearer one");
        std::fs::write(&file, "two").expect("a file can be written");
        assert_eq!(shown(&bearer).await, "Bearer two");
        std::fs::remove_file(&file).expect("it was there");
        assert_eq!(shown(&bearer).await, "Bearer two");
        assert!(matches!(Bearer::in_file(&file).await, Err(BearerError::Read(_))));
    }
}
