//! Where a community speaks in public: a site, an account, a station.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    Website,
    Facebook,
    Instagram,
    X,
    Tiktok,
    Youtube,
    Radio,
}

/// As many channels as a community may name.
pub const MAX_CHANNELS: usize = 20;

/// A channel by its public name: `kimkumantan.id/berita` of a site, `kim.kumantan` of an account, `RKK 107.7 FM` of a station.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Channel {
    pub kind: ChannelKind,
    name: Box<str>,
}

/// Why a channel's name is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    #[error("is empty")]
    Empty,
    #[error("is no host name, with a path or without")]
    NoSite,
    #[error("is no account's name")]
    NoAccount,
    #[error("is no station's name")]
    NoStation,
}

impl Channel {
    /// What people copy is accepted: `https://` before a site, `@` before an account.
    pub fn parse(kind: ChannelKind, raw: &str) -> Result<Self, ChannelError> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(ChannelError::Empty);
        }
        let name = match kind {
            ChannelKind::Website => site(raw).ok_or(ChannelError::NoSite)?,
            ChannelKind::Radio => {
                let station = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '-');
                let digits = raw.bytes().filter(u8::is_ascii_digit).count();
                let sound = raw.len() <= 60 && raw.chars().all(station) && raw.chars().any(char::is_alphabetic);
                (sound && digits <= 6).then(|| raw.to_owned()).ok_or(ChannelError::NoStation)?
            }
            _ => account(raw).ok_or(ChannelError::NoAccount)?,
        };
        Ok(Self { kind, name: name.into() })
    }

    /// A channel that a log already has.
    #[must_use]
    pub fn stored(kind: ChannelKind, name: &str) -> Self {
        Self { kind, name: name.into() }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Host in lower case and path, without a query: what follows `?` may be about whoever copied it.
fn site(raw: &str) -> Option<String> {
    let rest = raw.strip_prefix("https://").or_else(|| raw.strip_prefix("http://")).unwrap_or(raw);
    let rest = rest.split(['?', '#']).next()?.trim_end_matches('/');
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !label.starts_with('-')
    };
    let named = host.rsplit('.').next()?.bytes().all(|b| b.is_ascii_alphabetic());
    let in_path = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~' | b'%');
    if rest.len() > 200 || !host.contains('.') || !host.split('.').all(label) || !named || !path.bytes().all(in_path) {
        return None;
    }
    let host = host.to_ascii_lowercase();
    Some(if path.is_empty() { host } else { format!("{host}/{path}") })
}

/// An account's name alone, out of its address too. One of digits alone would be somebody's number.
fn account(raw: &str) -> Option<String> {
    let rest = raw.split(['?', '#']).next()?.trim_end_matches('/');
    let name = if rest.contains("://") { rest.rsplit('/').next()? } else { rest };
    let name = name.strip_prefix('@').unwrap_or(name);
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let sound = (1..=60).contains(&name.len()) && name.bytes().all(allowed);
    (sound && name.bytes().any(|b| b.is_ascii_alphabetic())).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_called_by_its_public_name() {
        for (kind, raw, name) in [
            (ChannelKind::Website, "https://KIMKumantan.id/berita/?utm=x", "kimkumantan.id/berita"),
            (ChannelKind::Website, "kim.kumantan.desa.id", "kim.kumantan.desa.id"),
            (ChannelKind::Instagram, "@kim.kumantan", "kim.kumantan"),
            (ChannelKind::Facebook, "https://www.facebook.com/kim.kumantan/", "kim.kumantan"),
            (ChannelKind::Radio, "RKK 107,7 FM", "RKK 107,7 FM"),
        ] {
            assert_eq!(Channel::parse(kind, raw).map(|channel| channel.to_string()).as_deref(), Ok(name), "{raw}");
        }
    }

    #[test]
    fn what_is_no_public_name_is_refused() {
        for (kind, raw, error) in [
            (ChannelKind::Website, " ", ChannelError::Empty),
            (ChannelKind::Website, "kumantan", ChannelError::NoSite),
            (ChannelKind::Website, "10.0.0.1", ChannelError::NoSite),
            (ChannelKind::Website, "nama@kumantan.id", ChannelError::NoSite),
            (ChannelKind::Instagram, "08123456789", ChannelError::NoAccount),
            (ChannelKind::Instagram, "nama orang", ChannelError::NoAccount),
            (ChannelKind::Radio, "107.7", ChannelError::NoStation),
            (ChannelKind::Radio, "hubungi 0812-3456-789", ChannelError::NoStation),
        ] {
            assert_eq!(Channel::parse(kind, raw), Err(error), "{raw}");
        }
    }
}
