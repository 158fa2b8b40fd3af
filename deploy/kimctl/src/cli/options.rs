//! What can be typed with every command.

use std::path::PathBuf;

use clap::Args;
use kim_local::ports::Ports;

/// Where the services are, who calls, and how the outcome is written.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Pilihan umum")]
pub struct Options {
    /// Alamat gRPC registri [bawaan: `http://127.0.0.1`, porta `KIM_PORT` + 1]
    #[arg(long, global = true, env = "KIM_REGISTRY", hide_env = true, value_name = "ALAMAT")]
    pub registry: Option<String>,
    /// Alamat gRPC diseminasi [bawaan: `http://127.0.0.1`, porta `KIM_PORT` + 2]
    #[arg(long, global = true, env = "KIM_DISSEMINATION", hide_env = true, value_name = "ALAMAT")]
    pub dissemination: Option<String>,
    /// Alamat gRPC pelaporan [bawaan: `http://127.0.0.1`, porta `KIM_PORT` + 4]
    #[arg(long, global = true, env = "KIM_REPORTING", hide_env = true, value_name = "ALAMAT")]
    pub reporting: Option<String>,
    /// Alamat HTTP registri, untuk kesehatan [bawaan: porta `KIM_PORT` + 51]
    #[arg(long, global = true, env = "KIM_REGISTRY_HTTP", hide_env = true, value_name = "ALAMAT")]
    pub registry_http: Option<String>,
    /// Alamat HTTP diseminasi, untuk kesehatan [bawaan: porta `KIM_PORT` + 52]
    #[arg(long, global = true, env = "KIM_DISSEMINATION_HTTP", hide_env = true, value_name = "ALAMAT")]
    pub dissemination_http: Option<String>,
    /// Alamat HTTP pelaporan, untuk kesehatan [bawaan: porta `KIM_PORT` + 54]
    #[arg(long, global = true, env = "KIM_REPORTING_HTTP", hide_env = true, value_name = "ALAMAT")]
    pub reporting_http: Option<String>,
    /// Alamat NATS [bawaan: `nats://127.0.0.1`, porta `KIM_PORT` + 22]
    #[arg(long, global = true, env = "KIM_NATS", hide_env = true, value_name = "ALAMAT")]
    pub nats: Option<String>,
    /// Berkas benih `NKey` untuk NATS [bawaan: `$KIM_HOME/secrets/admin.nk`]
    #[arg(long, global = true, env = "KIM_NATS_SEED_FILE", hide_env = true, value_name = "BERKAS")]
    pub nats_seed_file: Option<PathBuf>,
    /// Awalan kotak masuk pengguna NATS itu [bawaan: `_INBOX_admin`]
    #[arg(long, global = true, env = "KIM_NATS_INBOX", hide_env = true, value_name = "AWALAN")]
    pub nats_inbox: Option<String>,
    /// Token; lebih aman lewat berkas atau variabel `KIM_TOKEN`
    #[arg(long, global = true, env = "KIM_TOKEN", hide_env = true, hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,
    /// Berkas token [bawaan: `$KIM_HOME/tokens/national.jwt`]
    #[arg(
        long,
        global = true,
        env = "KIM_TOKEN_FILE",
        hide_env = true,
        value_name = "BERKAS",
        conflicts_with = "token"
    )]
    pub token_file: Option<PathBuf>,
    /// Folder negeri lokal [bawaan: `KIM_HOME`, atau `.local` di sini]
    #[arg(long, global = true, env = "KIM_HOME", hide_env = true, default_value = "", hide_default_value = true, value_parser = home, value_name = "FOLDER")]
    pub home: PathBuf,
    /// Porta halaman negeri lokal; porta lain mengikutinya [bawaan: `KIM_PORT`, atau 7400]
    #[arg(long = "port", global = true, env = "KIM_PORT", hide_env = true, default_value = "", hide_default_value = true, value_parser = ports, value_name = "PORTA")]
    pub ports: Ports,
    /// Cetak hasil sebagai JSON
    #[arg(long, global = true)]
    pub json: bool,
}

fn home(text: &str) -> Result<PathBuf, String> {
    let named = if text.is_empty() { ".local" } else { text };
    std::path::absolute(named).map_err(|error| error.to_string())
}

fn ports(text: &str) -> Result<Ports, String> {
    Ports::parse(Some(text)).map_err(|error| error.to_string())
}
