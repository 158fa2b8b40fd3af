//! A real browser, driven over `WebDriver`.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::Stdio,
};

use fantoccini::{
    Client, ClientBuilder,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use kim_local::servers::port;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::eventually;

/// How a reader looks at a page.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    pub width: u32,
    pub dark: bool,
}

/// A headless Chromium with its driver.
pub struct Browser {
    pub client: Client,
    _driver: Child,
    _profile: TempDir,
}

impl Browser {
    pub async fn start() -> Self {
        let port = port::any_free();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver is installed: tests/run does it");
        eventually("chromedriver answers", async || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()).await;
        let profile = TempDir::new().expect("a folder can be made");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-default-browser-check",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), json!({ "args": arguments }));
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the browser starts");
        Self { client, _driver: driver, _profile: profile }
    }

    pub async fn look(&self, screen: Screen) {
        let metrics =
            json!({ "width": screen.width, "height": 900, "deviceScaleFactor": 1, "mobile": screen.width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if screen.dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    pub async fn devtools(&self, command: &'static str, params: Value) -> Value {
        self.client.issue_cmd(DevTools { command, params }).await.expect("the browser takes the command")
    }

    /// What axe-core finds on the page that is shown: rule, impact and the first place.
    pub async fn violations(&self) -> Vec<String> {
        let axe = fs::read_to_string(axe()).expect("axe-core is installed: tests/run does it");
        self.client.execute(&axe, vec![]).await.expect("axe-core loads");
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                found => done(found.violations.map(v => `${v.impact} ${v.id}: ${v.nodes[0].target} (${v.nodes.length})`)),
                failed => done(['axe failed: ' + failed]))";
        let found = self.client.execute_async(run, vec![]).await.expect("axe-core runs");
        serde_json::from_value(found).expect("a list of texts")
    }

    /// What the browser complained about since the last time: refused scripts, missing files, errors.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(Log).await.expect("the browser has a log");
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| entry["message"].to_string()).collect()
    }
}

/// The file that `tests/run` has fetched.
fn axe() -> String {
    env::var("KIM_AXE").unwrap_or_else(|_| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/axe.min.js");
        here.to_string_lossy().into_owned()
    })
}

#[derive(Debug)]
struct DevTools {
    command: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.params });
        (http::Method::POST, Some(body.to_string()))
    }
}

#[derive(Debug)]
struct Log;

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}
