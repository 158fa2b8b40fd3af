//! A token's claims, between JSON and the types here.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Principal, Role, Scope, Unauthenticated};

/// What a token says, as it comes: each claim is looked at by itself, so that the refusal can name it.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub exp: u64,
    sub: Option<Value>,
    iat: Option<u64>,
    role: Option<Value>,
    scope: Option<Value>,
    grant: Option<Value>,
}

/// What the local nation's issuer writes.
#[derive(Serialize)]
pub(super) struct Issued<'c> {
    pub iss: &'c str,
    pub aud: &'c str,
    pub sub: &'c str,
    pub iat: u64,
    pub exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<Uuid>,
    pub role: &'static str,
    pub scope: ScopeClaim,
}

#[derive(Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum ScopeClaim {
    // Braces, so that serde refuses unknown fields for these too.
    National {},
    Region { code: String, decree: String },
    Kim { id: Uuid },
    Agency { office: Uuid, topics: Vec<String> },
    Audit { grant: Uuid },
    Citizen {},
    Simulator {},
}

impl Claims {
    /// The caller that these claims describe. Signature, issuer, audience and expiry were checked before.
    pub(super) fn principal(self, latest_start: u64) -> Result<Principal, Unauthenticated> {
        if self.iat.is_some_and(|iat| iat > latest_start) {
            return Err(Unauthenticated::NotYetValid);
        }
        let text = |value: Option<Value>, claim| match value {
            Some(Value::String(text)) => Ok(text),
            Some(_) | None => Err(Unauthenticated::Claim(claim)),
        };
        let subject = text(self.sub, "sub")?.parse().map_err(|_| Unauthenticated::Claim("sub"))?;
        let role: Role = text(self.role, "role")?.parse().map_err(|_| Unauthenticated::Claim("role"))?;
        let scope = match self.scope {
            None | Some(Value::Null) => return Err(Unauthenticated::ScopeMissing),
            Some(value) => scope(value)?,
        };
        let grant = match self.grant {
            None | Some(Value::Null) => None,
            value => Some(text(value, "grant")?.parse().map_err(|_| Unauthenticated::Claim("grant"))?),
        };
        if !role.fits(&scope) {
            return Err(Unauthenticated::ScopeUnfit);
        }
        Ok(Principal { subject, role, scope, grant })
    }
}

fn scope(value: Value) -> Result<Scope, Unauthenticated> {
    let claim = serde_json::from_value(value).map_err(|_| Unauthenticated::ScopeMalformed)?;
    Ok(match claim {
        ScopeClaim::National {} => Scope::National,
        ScopeClaim::Region { code, decree } => Scope::Region {
            code: code.parse().map_err(|_| Unauthenticated::ScopeMalformed)?,
            decree: decree.parse().map_err(|_| Unauthenticated::ScopeMalformed)?,
        },
        ScopeClaim::Kim { id } => Scope::Kim { id },
        ScopeClaim::Agency { office, topics } => Scope::Agency { office, topics },
        ScopeClaim::Audit { grant } => Scope::Audit { grant },
        ScopeClaim::Citizen {} => Scope::Citizen,
        ScopeClaim::Simulator {} => Scope::Simulator,
    })
}

impl From<&Scope> for ScopeClaim {
    fn from(scope: &Scope) -> Self {
        match scope {
            Scope::National => Self::National {},
            Scope::Region { code, decree } => Self::Region { code: code.to_string(), decree: decree.to_string() },
            Scope::Kim { id } => Self::Kim { id: *id },
            Scope::Agency { office, topics } => Self::Agency { office: *office, topics: topics.clone() },
            Scope::Audit { grant } => Self::Audit { grant: *grant },
            Scope::Citizen => Self::Citizen {},
            Scope::Simulator => Self::Simulator {},
        }
    }
}
