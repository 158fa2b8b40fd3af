use std::{fs, path::Path, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ed25519_dalek::{
    SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, get_current_timestamp};
use kim_territory::{Adopted, Decree};
use serde_json::{Value, json};
use tokio::sync::watch;
use tonic::metadata::MetadataMap;
use uuid::Uuid;

use super::*;
use crate::{
    config::Identity,
    errors::Fault,
    territory::{InForce, split},
};

struct Nation {
    dir: tempfile::TempDir,
    issuer: Issuer,
    verifier: Verifier,
}

impl Nation {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let issuer = Issuer::create(dir.path()).unwrap();
        let config = Identity { leeway_seconds: 30, ..issuer.identity() };
        let verifier = Verifier::from_config(&config).await.unwrap();
        Self { dir, issuer, verifier }
    }

    fn key(&self) -> SigningKey {
        signing_key(self.dir.path())
    }

    fn header(&self) -> Header {
        Header { kid: Some(self.kid()), ..Header::new(Algorithm::EdDSA) }
    }

    fn kid(&self) -> String {
        let jwks: Value = serde_json::from_slice(&fs::read(self.issuer.jwks_file()).unwrap()).unwrap();
        jwks["keys"][0]["kid"].as_str().unwrap().into()
    }

    /// A token of the issuer's own key with these claims changed; null takes a claim out.
    fn token(&self, changes: &Value) -> String {
        sign(&self.header(), changes, &self.key())
    }

    fn refuse(&self, token: &str) -> Unauthenticated {
        self.verifier.verify_token(token).unwrap_err()
    }

    fn refuse_claims(&self, changes: &Value) -> Unauthenticated {
        self.refuse(&self.token(changes))
    }
}

fn signing_key(dir: &Path) -> SigningKey {
    SigningKey::from_pkcs8_pem(&fs::read_to_string(dir.join("issuer.pem")).unwrap()).unwrap()
}

fn claims(changes: &Value) -> Value {
    let now = get_current_timestamp();
    let mut claims = json!({
        "iss": Issuer::LOCAL, "aud": "kim", "sub": "office:14.01", "iat": now, "exp": now + 600,
        "role": "regency-office", "scope": {"kind": "region", "code": "14.01", "decree": "2025"},
    });
    for (claim, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(claim),
            value => claims.as_object_mut().unwrap().insert(claim.clone(), value.clone()),
        };
    }
    claims
}

fn sign(header: &Header, changes: &Value, key: &SigningKey) -> String {
    let key = EncodingKey::from_ed_der(key.to_pkcs8_der().unwrap().as_bytes());
    jsonwebtoken::encode(header, &claims(changes), &key).unwrap()
}

fn by_hand(header: &Value, signature: &str) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(&claims(&json!({}))))
}

fn principal(role: Role, scope: Scope) -> Principal {
    Principal { subject: "test:one".parse().unwrap(), role, scope, grant: Some(Uuid::from_u128(7)) }
}

#[tokio::test]
async fn what_the_issuer_issues_is_believed() {
    let nation = Nation::new().await;
    let region = |code: &str| Scope::Region { code: code.parse().unwrap(), decree: Decree::CURRENT };
    for (role, scope) in [
        (Role::NationalOffice, Scope::National),
        (Role::ProvincialOffice, region("14")),
        (Role::RegencyOffice, region("14.01")),
        (Role::Agency, Scope::Agency { office: Uuid::from_u128(1), topics: vec!["health".into()] }),
        (Role::KimOfficer, Scope::Kim { id: Uuid::from_u128(2) }),
        (Role::Auditor, Scope::Audit { grant: Uuid::from_u128(3) }),
        (Role::Subscriber, region("14")),
        (Role::Citizen, Scope::Citizen),
        (Role::Simulator, Scope::Simulator),
    ] {
        let caller = principal(role, scope);
        let token = nation.issuer.issue(&caller, Duration::from_mins(1)).unwrap();
        // Twice: the second answer comes from memory.
        for _ in 0..2 {
            assert_eq!(*nation.verifier.verify_token(&token).unwrap(), caller);
        }
    }
}

#[tokio::test]
async fn a_scope_is_resolved_to_the_territory_in_force_at_each_call() {
    let nation = Nation::new().await;
    let mut before = Adopted::default();
    before.adopt(Decree::D2022, None);
    let (adoption, adopted) = watch::channel(Arc::new(before));
    nation.verifier.follow_territory(InForce::new(adopted));
    let token = |code, decree| nation.token(&json!({"scope": {"kind": "region", "code": code, "decree": decree}}));
    let scope = |code: &str, decree| Scope::Region { code: code.parse().unwrap(), decree };
    let (old, new) = (token("92.71", "2022"), token("96.71", "2023"));
    assert_eq!(nation.verifier.verify_token(&old).unwrap().scope, scope("92.71", Decree::D2022));
    assert_eq!(nation.verifier.verify_token(&new).err(), Some(Unauthenticated::ScopeUnresolved), "not in force yet");
    adoption.send_replace(Arc::new(split()));
    for token in [&old, &new] {
        assert_eq!(nation.verifier.verify_token(token).unwrap().scope, scope("96.71", Decree::D2023));
    }
}

#[tokio::test]
async fn algorithm_none_is_refused() {
    let nation = Nation::new().await;
    let kid = nation.kid();
    for alg in ["none", "None", "NONE", ""] {
        let token = by_hand(&json!({"alg": alg, "typ": "JWT", "kid": kid}), "");
        assert_eq!(nation.refuse(&token), Unauthenticated::Signature, "{alg}");
    }
    let good = nation.token(&json!({}));
    let (unsigned, _) = good.rsplit_once('.').unwrap();
    assert_eq!(nation.refuse(&format!("{unsigned}.")), Unauthenticated::Signature);
}

#[tokio::test]
async fn the_public_key_as_a_shared_secret_is_refused() {
    let nation = Nation::new().await;
    let public = nation.key().verifying_key();
    let jwks = fs::read(nation.issuer.jwks_file()).unwrap();
    let text = BASE64_URL_SAFE_NO_PAD.encode(public.as_bytes());
    for secret in [public.as_bytes().as_slice(), text.as_bytes(), jwks.as_slice()] {
        let header = Header { kid: Some(nation.kid()), ..Header::new(Algorithm::HS256) };
        let key = EncodingKey::from_secret(secret);
        let token = jsonwebtoken::encode(&header, &claims(&json!({})), &key).unwrap();
        assert_eq!(nation.refuse(&token), Unauthenticated::Signature);
    }
}

#[tokio::test]
async fn another_key_is_refused() {
    let nation = Nation::new().await;
    let other = SigningKey::from_bytes(&[7; 32]);
    assert_eq!(nation.refuse(&sign(&nation.header(), &json!({}), &other)), Unauthenticated::Signature);
    let unknown = Header { kid: Some("lain".into()), ..Header::new(Algorithm::EdDSA) };
    assert_eq!(nation.refuse(&sign(&unknown, &json!({}), &nation.key())), Unauthenticated::Key);
    let without = Header::new(Algorithm::EdDSA);
    assert_eq!(nation.refuse(&sign(&without, &json!({}), &nation.key())), Unauthenticated::Key);
    let critical = Header { crit: Some(vec!["b64".into()]), ..nation.header() };
    assert_eq!(nation.refuse(&sign(&critical, &json!({}), &nation.key())), Unauthenticated::Signature);
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let nation = Nation::new().await;
    let mine = nation.token(&json!({}));
    let wider = nation.token(&json!({"scope": {"kind": "region", "code": "14.02", "decree": "2025"}}));
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (mine, wider) = (parts(&mine), parts(&wider));
    let mixed = format!("{}.{}.{}", mine[0], wider[1], mine[2]);
    assert_eq!(nation.refuse(&mixed), Unauthenticated::Signature);
    for rubbish in ["", ".", "..", "a.b.c", "tidak ada", &"x".repeat(20_000)] {
        assert_eq!(nation.refuse(rubbish), Unauthenticated::Signature);
    }
}

#[tokio::test]
async fn another_issuer_or_audience_is_refused() {
    let nation = Nation::new().await;
    assert_eq!(nation.refuse_claims(&json!({"iss": "kim-other"})), Unauthenticated::Issuer);
    assert_eq!(nation.refuse_claims(&json!({"iss": null})), Unauthenticated::Issuer);
    assert_eq!(nation.refuse_claims(&json!({"aud": "lapor"})), Unauthenticated::Audience);
    assert_eq!(nation.refuse_claims(&json!({"aud": ["lapor", "sso"]})), Unauthenticated::Audience);
    assert_eq!(nation.refuse_claims(&json!({"aud": null})), Unauthenticated::Audience);
}

#[tokio::test]
async fn a_token_has_its_time() {
    let nation = Nation::new().await;
    let now = get_current_timestamp();
    assert_eq!(nation.refuse_claims(&json!({"exp": now - 61})), Unauthenticated::Expired);
    assert_eq!(nation.refuse_claims(&json!({"exp": null})), Unauthenticated::Claim("exp"));
    assert_eq!(nation.refuse_claims(&json!({"exp": "besok"})), Unauthenticated::Claim("exp"));
    assert_eq!(nation.refuse_claims(&json!({"nbf": now + 120})), Unauthenticated::NotYetValid);
    assert_eq!(nation.refuse_claims(&json!({"iat": now + 120})), Unauthenticated::NotYetValid);
    assert!(
        nation.verifier.verify_token(&nation.token(&json!({"exp": now - 10}))).is_ok(),
        "clocks may differ a little"
    );
}

#[tokio::test]
async fn a_remembered_token_expires_too() {
    let nation = Nation::new().await;
    let strict = Identity { leeway_seconds: 0, ..nation.issuer.identity() };
    let verifier = Verifier::from_config(&strict).await.unwrap();
    let token = nation.token(&json!({"exp": get_current_timestamp() + 2}));
    assert!(verifier.verify_token(&token).is_ok());
    let refusal = loop {
        match verifier.verify_token(&token) {
            Ok(_) => tokio::task::yield_now().await,
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(refusal, Unauthenticated::Expired);
}

#[tokio::test]
async fn a_token_without_a_scope_is_refused() {
    let nation = Nation::new().await;
    assert_eq!(nation.refuse_claims(&json!({"scope": null})), Unauthenticated::ScopeMissing);
}

#[tokio::test]
async fn a_malformed_scope_is_refused() {
    let nation = Nation::new().await;
    for scope in [
        json!("national"),
        json!([]),
        json!({}),
        json!({"kind": "everything"}),
        json!({"kind": "National"}),
        json!({"kind": "national", "code": "14"}),
        json!({"kind": "region"}),
        json!({"kind": "region", "code": "14.01"}),
        json!({"kind": "region", "code": "14.01", "decree": "2025", "also": "13"}),
        json!({"kind": "region", "code": "14.0", "decree": "2025"}),
        json!({"kind": "region", "code": "14.01", "decree": "1999"}),
        json!({"kind": "region", "code": 14, "decree": "2025"}),
        json!({"kind": "kim", "id": "1"}),
        json!({"kind": "agency", "office": "00000000-0000-0000-0000-000000000001"}),
    ] {
        let refusal = nation.refuse_claims(&json!({"scope": scope}));
        assert_eq!(refusal, Unauthenticated::ScopeMalformed, "{scope}");
    }
}

#[tokio::test]
async fn a_scope_that_is_no_region_of_today_is_refused() {
    let nation = Nation::new().await;
    for (code, decree) in [("92.71", "2025"), ("99.99", "2022"), ("96.71", "2022")] {
        let scope = json!({"kind": "region", "code": code, "decree": decree});
        assert_eq!(nation.refuse_claims(&json!({"scope": scope})), Unauthenticated::ScopeUnresolved, "{code} {decree}");
    }
}

#[tokio::test]
async fn role_and_scope_must_fit_each_other() {
    let nation = Nation::new().await;
    let province = json!({"kind": "region", "code": "14", "decree": "2025"});
    for (role, scope) in [
        ("regency-office", province.clone()),
        ("national-office", province),
        ("provincial-office", json!({"kind": "national"})),
        ("citizen", json!({"kind": "simulator"})),
        ("kim-officer", json!({"kind": "citizen"})),
        ("regency-office", json!({"kind": "region", "code": "14.01.01", "decree": "2025"})),
    ] {
        let refusal = nation.refuse_claims(&json!({"role": role, "scope": scope}));
        assert_eq!(refusal, Unauthenticated::ScopeUnfit, "{role} {scope}");
    }
}

#[tokio::test]
async fn claims_that_are_not_as_they_must_be_are_named() {
    let nation = Nation::new().await;
    for role in [json!(null), json!("ROLE_REGENCY_OFFICE"), json!("admin"), json!(3)] {
        assert_eq!(nation.refuse_claims(&json!({"role": role})), Unauthenticated::Claim("role"), "{role}");
    }
    for subject in [json!(null), json!("Nama Orang"), json!("")] {
        assert_eq!(nation.refuse_claims(&json!({"sub": subject})), Unauthenticated::Claim("sub"), "{subject}");
    }
    assert_eq!(nation.refuse_claims(&json!({"grant": "1"})), Unauthenticated::Claim("grant"));
}

#[tokio::test]
async fn a_revoked_grant_ends_its_tokens() {
    let nation = Nation::new().await;
    let grant = Uuid::from_u128(5);
    let token = nation.token(&json!({"grant": grant}));
    assert!(nation.verifier.verify_token(&token).is_ok());
    nation.verifier.clone().revoke(grant);
    assert_eq!(nation.refuse(&token), Unauthenticated::Revoked);
    nation.verifier.set_revoked([Uuid::from_u128(6)]);
    assert!(nation.verifier.verify_token(&token).is_ok());
    nation.verifier.set_revoked([grant]);
    assert_eq!(nation.refuse(&token), Unauthenticated::Revoked);
}

#[tokio::test]
async fn new_keys_are_found_and_old_ones_forgotten() {
    let nation = Nation::new().await;
    let old = nation.token(&json!({}));
    assert!(nation.verifier.verify_token(&old).is_ok());
    let next = tempfile::tempdir().unwrap();
    let issuer = Issuer::create(next.path()).unwrap();
    fs::copy(issuer.jwks_file(), nation.issuer.jwks_file()).unwrap();
    let caller = principal(Role::NationalOffice, Scope::National);
    let new = issuer.issue(&caller, Duration::from_mins(1)).unwrap();
    assert_eq!(*nation.verifier.verify_token(&new).unwrap(), caller);
    assert_eq!(nation.refuse(&old), Unauthenticated::Key);
    fs::write(nation.issuer.jwks_file(), "rusak").unwrap();
    assert!(nation.verifier.verify_token(&new).is_ok(), "a broken file does not close the service");
}

#[tokio::test]
async fn the_metadata_holds_exactly_one_bearer_token() {
    let nation = Nation::new().await;
    let token = nation.token(&json!({}));
    let verify = |values: &[String]| {
        let mut metadata = MetadataMap::new();
        for value in values {
            metadata.append("authorization", value.parse().unwrap());
        }
        nation.verifier.verify(&metadata)
    };
    assert!(verify(&[format!("Bearer {token}")]).is_ok());
    assert!(verify(&[format!("bearer {token}")]).is_ok());
    assert_eq!(verify(&[]), Err(Unauthenticated::Missing));
    assert_eq!(verify(std::slice::from_ref(&token)), Err(Unauthenticated::Scheme));
    assert_eq!(verify(&[format!("Basic {token}")]), Err(Unauthenticated::Scheme));
    let two = [format!("Bearer {token}"), format!("Bearer {token}")];
    assert_eq!(verify(&two), Err(Unauthenticated::Scheme));
}

#[tokio::test]
async fn a_set_of_keys_must_hold_one_of_ours() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("jwks.json");
    let config = Identity { issuer: "x".into(), jwks_file: Some(path.clone()), ..Identity::default() };
    let x = BASE64_URL_SAFE_NO_PAD.encode([1; 32]);
    let ours = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": SigningKey::from_bytes(&[7; 32]).verifying_key().as_bytes().to_vec()});
    for (keys, why) in [
        (json!({"keys": []}), "tidak memuat"),
        (json!({"keys": [{"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"}]}), "tidak memuat"),
        (json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]}), "tidak memuat"),
        (json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "AAAA"}]}), "rusak"),
        (json!({"keys": [ours]}), "bukan JWKS"),
        (json!([]), "bukan JWKS"),
    ] {
        fs::write(&path, keys.to_string()).unwrap();
        let error = Verifier::from_config(&config).await.err().unwrap().to_string();
        assert!(error.contains(why), "{keys}: {error}");
    }
}

#[tokio::test]
async fn keys_come_from_an_address_too() {
    let nation = Nation::new().await;
    let jwks = fs::read_to_string(nation.issuer.jwks_file()).unwrap();
    let router = axum::Router::new().route("/jwks.json", axum::routing::get(move || async move { jwks }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let at = |path: &str| Identity {
        jwks_file: None,
        jwks_url: Some(format!("http://{address}{path}")),
        ..nation.issuer.identity()
    };
    let verifier = Verifier::from_config(&at("/jwks.json")).await.unwrap();
    assert!(verifier.verify_token(&nation.token(&json!({}))).is_ok());
    let error = Verifier::from_config(&at("/lain")).await.err().unwrap();
    assert_eq!(error.to_string(), "identity.jwks_url menjawab 404 Not Found");
    server.abort();
}

#[test]
fn an_issuer_never_overwrites_a_key() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    Issuer::create(dir.path()).unwrap();
    let key = fs::read(dir.path().join("issuer.pem")).unwrap();
    assert!(Issuer::create(dir.path()).is_err());
    assert_eq!(fs::read(dir.path().join("issuer.pem")).unwrap(), key);
    assert_eq!(fs::metadata(dir.path().join("issuer.pem")).unwrap().permissions().mode() & 0o777, 0o600);
    fs::remove_file(dir.path().join("jwks.json")).unwrap();
    assert!(Issuer::open(dir.path()).unwrap().jwks_file().exists(), "a crash between the two files is mended");
}

#[test]
fn a_refusal_says_what_to_do() {
    for refusal in [Unauthenticated::Missing, Unauthenticated::Expired, Unauthenticated::ScopeUnresolved] {
        let fault = Fault::from(refusal);
        assert_eq!(fault.code, tonic::Code::Unauthenticated);
        assert_eq!(fault.reason, refusal.reason());
        assert!(fault.message_id.contains("token"), "{}", fault.message_id);
    }
}
