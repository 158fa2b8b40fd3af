//! A nation that is up: `deploy/local/up`.

use std::{env, fs, net::SocketAddr, path::PathBuf};

use anyhow::Context;

pub struct Up {
    port: u16,
    pub token: String,
}

impl Up {
    pub fn here() -> anyhow::Result<Self> {
        let port = env::var("KIM_PORT").ok().map(|port| port.parse()).transpose().context("KIM_PORT is no port")?;
        let home = env::var_os("KIM_HOME").map_or_else(|| PathBuf::from(".local"), PathBuf::from);
        let file = home.join("tokens/national.jwt");
        let token = fs::read_to_string(&file)
            .with_context(|| format!("{}: is the nation up? deploy/local/up", file.display()))?;
        Ok(Self { port: port.unwrap_or(7400), token: token.trim().to_owned() })
    }

    /// Its ports follow each other.
    pub fn address(&self, offset: u16) -> SocketAddr {
        ([127, 0, 0, 1], self.port + offset).into()
    }
}
