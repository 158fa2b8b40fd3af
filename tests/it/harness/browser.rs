//! A real browser, driven over `WebDriver`.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::Stdio,
};

use http_body_util::Full;
use hyper::{Method, Request, header::CONTENT_TYPE};
use kim_local::{http, servers::port};
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
    driver: Driver,
    /// The session's own path: `/session/…`.
    session: String,
    _process: Child,
    _profile: TempDir,
}

impl Browser {
    pub async fn start() -> Self {
        let port = port::any_free();
        let process = Command::new("chromedriver")
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
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let driver = Driver { port };
        let started = driver.ask(Method::POST, "/session", capabilities).await;
        let session = format!("/session/{}", started["sessionId"].as_str().expect("a session has an id"));
        Self { driver, session, _process: process, _profile: profile }
    }

    /// Loads a page, and waits until it is there.
    pub async fn open(&self, address: &str) {
        self.post("url", json!({ "url": address })).await;
    }

    /// What a script gives back.
    pub async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": [] })).await
    }

    pub async fn close(self) {
        self.driver.ask(Method::DELETE, &self.session, Value::Null).await;
    }

    async fn post(&self, command: &str, body: Value) -> Value {
        self.driver.ask(Method::POST, &format!("{}/{command}", self.session), body).await
    }

    pub async fn look(&self, screen: Screen) {
        let metrics =
            json!({ "width": screen.width, "height": 900, "deviceScaleFactor": 1, "mobile": screen.width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if screen.dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    async fn devtools(&self, command: &str, params: Value) {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": params })).await;
    }

    /// What axe-core finds on the page that is shown: rule, impact and the first place.
    pub async fn violations(&self) -> Vec<String> {
        let axe = fs::read_to_string(axe()).expect("axe-core is installed: tests/run does it");
        self.run(&axe).await;
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                found => done(found.violations.map(v => `${v.impact} ${v.id}: ${v.nodes[0].target} (${v.nodes.length})`)),
                failed => done(['axe failed: ' + failed]))";
        let found = self.post("execute/async", json!({ "script": run, "args": [] })).await;
        serde_json::from_value(found).expect("a list of texts")
    }

    /// What the browser complained about since the last time: refused scripts, missing files, errors.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.post("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().expect("the browser has a log");
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

/// The driver, as the W3C's `WebDriver` describes it: one request a command, JSON both ways.
struct Driver {
    port: u16,
}

impl Driver {
    async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(body))
            .expect("a request");
        let (status, answer) = http::exchange(self.port, request).await.expect("the driver answers");
        let mut answer: Value = serde_json::from_slice(&answer).expect("the answer is JSON");
        assert_eq!(status, 200, "{path}: {}", answer["value"]);
        answer["value"].take()
    }
}
