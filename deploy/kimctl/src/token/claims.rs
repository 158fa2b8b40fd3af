//! What a token says, before anybody believes it.

use anyhow::Context;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kim_territory::{Decree, RegionCode, Territory};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The claims as they stand in the token. Its signature is not checked here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: Option<String>,
    pub aud: Option<Value>,
    pub sub: Option<String>,
    pub role: Option<String>,
    pub scope: Option<Value>,
    pub grant: Option<String>,
    /// Seconds since 1970.
    pub iat: Option<i64>,
    /// Seconds since 1970.
    pub exp: Option<i64>,
}

impl Claims {
    pub fn read(token: &str) -> anyhow::Result<Self> {
        const NONE: &str = "ini bukan token: bukan JWT berisi tiga bagian bertitik";
        let mut parts = token.trim().split('.');
        let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            anyhow::bail!(NONE)
        };
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).context(NONE)?;
        serde_json::from_slice(&payload).context("ini bukan token platform ini: isinya tidak terbaca")
    }

    #[must_use]
    pub fn is_national(&self) -> bool {
        self.scope_kind() == Some("national")
    }

    fn scope_kind(&self) -> Option<&str> {
        self.scope.as_ref()?.get("kind")?.as_str()
    }

    /// How far it reaches, in words.
    #[must_use]
    pub fn reach(&self) -> String {
        let Some(scope) = &self.scope else { return "tidak disebut".to_owned() };
        let text = |name: &str| scope.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
        match self.scope_kind() {
            Some("national") => "seluruh Indonesia".to_owned(),
            Some("region") => region(&text("code"), &text("decree")),
            Some("kim") => format!("KIM {}", text("id")),
            Some("agency") => {
                let topics = scope.get("topics").and_then(Value::as_array).cloned().unwrap_or_default();
                let topics: Vec<&str> = topics.iter().filter_map(Value::as_str).collect();
                format!("kantor {}, topik {}", text("office"), topics.join(", "))
            }
            Some("audit") => format!("izin audit {}", text("grant")),
            Some("citizen") => "yang terbuka bagi setiap warga".to_owned(),
            Some("simulator") => "log simulasi".to_owned(),
            _ => format!("tidak dikenal: {scope}"),
        }
    }
}

fn region(code: &str, decree: &str) -> String {
    let known = code.parse::<RegionCode>().ok().zip(decree.parse::<Decree>().ok());
    let found = known.and_then(|(code, decree)| Territory::of(decree).get(&code));
    match found {
        Some(region) => format!("{code} {} (wilayah {decree})", region.name),
        None => format!("{code}, yang tidak ada dalam wilayah {decree}"),
    }
}
