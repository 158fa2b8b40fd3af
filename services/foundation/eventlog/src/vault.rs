//! Personal data and people's own words: encrypted with a key an owner, and gone with the key.

use rand::RngExt;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::cipher::Cipher;

/// A record on its way into the vault: it is committed with the member that carries it.
#[derive(Debug, Clone)]
pub struct Sealed {
    pub(crate) record: Uuid,
    pub(crate) reference: Uuid,
    pub(crate) owner: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) ciphertext: Vec<u8>,
    /// The owner's wrapped key, when the owner is new.
    pub(crate) new_key: Option<Vec<u8>>,
}

/// A record as it was put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub record: Uuid,
    pub owner: Uuid,
    pub kind: String,
    pub content: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the vault could not be asked")]
    Database(#[from] sqlx::Error),
    /// The master key is another, or the record was tampered with.
    #[error("a record does not open with this key")]
    Unreadable,
}

#[derive(sqlx::FromRow)]
struct Row {
    record_id: Uuid,
    owner: Uuid,
    kind: String,
    sealed: Vec<u8>,
    wrapped: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Owned {
    reference: Uuid,
    #[sqlx(flatten)]
    row: Row,
}

/// A service's vault, in its own database.
#[derive(Clone)]
pub struct Vault {
    pool: PgPool,
    master: Cipher,
}

impl Vault {
    /// `master` wraps the owners' keys; without it nothing in the vault can be read.
    #[must_use]
    pub fn new(pool: PgPool, master: [u8; 32]) -> Self {
        Self { pool, master: Cipher::new(&master) }
    }

    /// Seals a record of an owner that has nothing in the vault yet.
    #[must_use]
    pub fn seal_new(&self, owner: Uuid, kind: &'static str, reference: Uuid, content: &[u8]) -> Sealed {
        let key: [u8; 32] = rand::rng().random();
        let wrapped = self.master.encrypt(owner.as_bytes(), &key);
        let mut sealed = seal(&Cipher::new(&key), owner, kind, reference, content);
        sealed.new_key = Some(wrapped);
        sealed
    }

    /// Seals a record of an owner whose key may be there already.
    pub async fn seal(
        &self,
        owner: Uuid,
        kind: &'static str,
        reference: Uuid,
        content: &[u8],
    ) -> Result<Sealed, VaultError> {
        let wrapped: Option<Vec<u8>> = sqlx::query_scalar("SELECT wrapped FROM vault.key WHERE owner = $1")
            .bind(owner)
            .fetch_optional(&self.pool)
            .await?;
        match wrapped {
            Some(wrapped) => Ok(seal(&self.unwrap(owner, &wrapped)?, owner, kind, reference, content)),
            None => Ok(self.seal_new(owner, kind, reference, content)),
        }
    }

    /// What stands under a reference; an erased record is not there any more.
    pub async fn open(&self, reference: Uuid) -> Result<Vec<Opened>, VaultError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT r.record_id, r.owner, r.kind, r.sealed, k.wrapped
             FROM vault.record r JOIN vault.key k USING (owner) WHERE r.reference = $1 ORDER BY r.record_id",
        )
        .bind(reference)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|row| self.opened(row, reference)).collect()
    }

    fn opened(&self, row: Row, reference: Uuid) -> Result<Opened, VaultError> {
        let key = self.unwrap(row.owner, &row.wrapped)?;
        let content = key.decrypt(&associated(row.owner, &row.kind, reference), &row.sealed);
        let content = content.ok_or(VaultError::Unreadable)?;
        Ok(Opened { record: row.record_id, owner: row.owner, kind: row.kind, content })
    }

    /// The newest record of that kind of each of these owners; of an erased one there is none.
    pub async fn newest_of(&self, owners: &[Uuid], kind: &str) -> Result<Vec<Opened>, VaultError> {
        let rows: Vec<Owned> = sqlx::query_as(
            "SELECT DISTINCT ON (owner) r.reference, r.record_id, r.owner, r.kind, r.sealed, k.wrapped
             FROM vault.record r JOIN vault.key k USING (owner) WHERE r.owner = ANY ($1) AND r.kind = $2
             ORDER BY owner, r.record_id DESC",
        )
        .bind(owners)
        .bind(kind)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|owned| self.opened(owned.row, owned.reference)).collect()
    }

    /// Destroys an owner's key and records. Returns how many records there were.
    pub async fn erase(&self, owner: Uuid) -> Result<u64, VaultError> {
        let mut transaction = self.pool.begin().await?;
        let records = erase_all(&mut transaction, &[owner]).await?;
        transaction.commit().await?;
        Ok(records)
    }

    fn unwrap(&self, owner: Uuid, wrapped: &[u8]) -> Result<Cipher, VaultError> {
        let key = self.master.decrypt(owner.as_bytes(), wrapped).ok_or(VaultError::Unreadable)?;
        Ok(Cipher::new(&key.try_into().map_err(|_| VaultError::Unreadable)?))
    }
}

/// Destroys these owners' keys and records, as a part of a transaction. Returns how many records there were. The keys go first: that
/// waits for appends that rely on them, whose records go with the others then, and later ones find no key.
pub(crate) async fn erase_all(connection: &mut PgConnection, owners: &[Uuid]) -> Result<u64, sqlx::Error> {
    sqlx::query("DELETE FROM vault.key WHERE owner = ANY ($1)").bind(owners).execute(&mut *connection).await?;
    let records =
        sqlx::query("DELETE FROM vault.record WHERE owner = ANY ($1)").bind(owners).execute(connection).await?;
    Ok(records.rows_affected())
}

fn seal(key: &Cipher, owner: Uuid, kind: &'static str, reference: Uuid, content: &[u8]) -> Sealed {
    let ciphertext = key.encrypt(&associated(owner, kind, reference), content);
    Sealed { record: Uuid::now_v7(), reference, owner, kind, ciphertext, new_key: None }
}

/// What a record is bound to, so that no row can be put in another's place.
fn associated(owner: Uuid, kind: &str, reference: Uuid) -> Vec<u8> {
    [owner.as_bytes(), reference.as_bytes(), kind.as_bytes()].concat()
}
