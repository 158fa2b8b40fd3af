//! Sends a file's rows while its answers come in.

use std::path::Path;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};
use kim_contract::{
    dissemination::v1::{ImportReportsRequest, ReportOutcome, ReportResult},
    registry::v1::{self as pb, RowOutcome},
};
use kim_territory::spelling::grouped;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::Outcome;
use crate::{
    connection::{Services, words},
    sheet::{
        ACTIVITY, COMMUNITY, Columns, CommunityFile, Numbered, Problem, REPORT, Reading, Seats, Sheet, activity_column,
        activity_row, community_column, community_row, report_column, report_row,
    },
};

/// Rows in a message.
const ROWS: usize = 300;
/// Messages that wait to be sent.
const AHEAD: usize = 4;
/// After so many rows a line says that it goes on, where lines cannot be redrawn.
const TOLD_EVERY: i64 = 5_000;

/// Imports a list of communities.
pub async fn communities(services: &Services, list: &CommunityFile) -> anyhow::Result<Outcome> {
    let sheet = Sheet::open(&list.file, &COMMUNITY, &list.reading)?;
    let size = sheet.size();
    let mut seats = Seats::within(list.region);
    let row = move |columns: &Columns, record: &Numbered| community_row(columns, &mut seats, record);
    let (rows, reads) = read(sheet, row, |rows| pb::ImportCommunitiesRequest { rows });
    let mut tally = Tally::new(size, reads);
    let sent = services.communities().import_communities(services.request(ReceiverStream::new(rows))).await;
    let mut stream = sent.map_err(|status| tally.broken_off(&status))?.into_inner();
    while let Some(answer) = stream.message().await.map_err(|status| tally.broken_off(&status))? {
        tally.take(answer.results.into_iter().map(|result| Answered::of_registry(result, community_column)));
    }
    tally.end().await
}

/// Imports a list of activities.
pub async fn activities(services: &Services, path: &Path, reading: &Reading) -> anyhow::Result<Outcome> {
    let sheet = Sheet::open(path, &ACTIVITY, reading)?;
    let size = sheet.size();
    let (rows, reads) = read(sheet, activity_row, |rows| pb::ImportActivitiesRequest { rows });
    let mut tally = Tally::new(size, reads);
    let sent = services.communities().import_activities(services.request(ReceiverStream::new(rows))).await;
    let mut stream = sent.map_err(|status| tally.broken_off(&status))?.into_inner();
    while let Some(answer) = stream.message().await.map_err(|status| tally.broken_off(&status))? {
        tally.take(answer.results.into_iter().map(|result| Answered::of_registry(result, activity_column)));
    }
    tally.end().await
}

/// Imports a list of reports on campaigns.
pub async fn reports(services: &Services, path: &Path, reading: &Reading) -> anyhow::Result<Outcome> {
    let sheet = Sheet::open(path, &REPORT, reading)?;
    let size = sheet.size();
    let (rows, reads) = read(sheet, report_row, |rows| ImportReportsRequest { rows });
    let mut tally = Tally::new(size, reads);
    let sent = services.deliveries().import_reports(services.request(ReceiverStream::new(rows))).await;
    let mut stream = sent.map_err(|status| tally.broken_off(&status))?.into_inner();
    while let Some(answer) = stream.message().await.map_err(|status| tally.broken_off(&status))? {
        tally.take(answer.results.into_iter().map(Answered::of_dissemination));
    }
    tally.end().await
}

/// What a service made of a row.
enum Answered {
    Accepted,
    Unchanged,
    Refused(i64, Vec<Problem>),
}

impl Answered {
    fn of_registry(result: pb::RowResult, column: fn(&str) -> &'static str) -> Self {
        match result.outcome() {
            RowOutcome::Accepted => Self::Accepted,
            RowOutcome::Unchanged => Self::Unchanged,
            RowOutcome::Refused | RowOutcome::Unspecified => {
                let named = |problem: pb::RowProblem| {
                    let column = column(&problem.field);
                    Problem::of_registry(problem, column)
                };
                Self::Refused(result.row, result.problems.into_iter().map(named).collect())
            }
        }
    }

    fn of_dissemination(result: ReportResult) -> Self {
        match result.outcome() {
            ReportOutcome::Accepted => Self::Accepted,
            ReportOutcome::Unchanged => Self::Unchanged,
            ReportOutcome::Refused | ReportOutcome::Unspecified => {
                let named = result.problems.into_iter().map(|problem| {
                    let column = report_column(&problem.field);
                    Problem::of_dissemination(problem, column)
                });
                Self::Refused(result.row, named.collect())
            }
        }
    }
}

/// What the file's reader has to say.
enum Read {
    Refused(i64, Vec<Problem>),
    /// So much of the file is read.
    At(u64),
    /// So many rows were sent, and the file is at its end, or broken.
    Ended(i64, anyhow::Result<()>),
}

/// Reads in a thread of its own, no further ahead than the messages that wait.
fn read<R: Send + 'static, M: Send + 'static>(
    mut sheet: Sheet,
    mut row: impl FnMut(&Columns, &Numbered) -> Result<R, Vec<Problem>> + Send + 'static,
    message: fn(Vec<R>) -> M,
) -> (mpsc::Receiver<M>, mpsc::UnboundedReceiver<Read>) {
    let (messages, sent) = mpsc::channel(AHEAD);
    let (told, reads) = mpsc::unbounded_channel();
    tokio::task::spawn_blocking(move || {
        let mut rows = Vec::with_capacity(ROWS);
        let mut count = 0;
        let ended = loop {
            match sheet.next_record() {
                Err(error) => break Err(error.into()),
                Ok(None) => break Ok(()),
                Ok(Some(record)) => match row(sheet.columns(), &record) {
                    Ok(row) => rows.push(row),
                    Err(problems) => drop(told.send(Read::Refused(record.row, problems))),
                },
            }
            if rows.len() == ROWS {
                count += ROWS;
                let _ = told.send(Read::At(sheet.read()));
                if messages.blocking_send(message(std::mem::take(&mut rows))).is_err() {
                    // The stream is gone, and says why itself.
                    return;
                }
            }
        };
        if !rows.is_empty() {
            count += rows.len();
            let _ = messages.blocking_send(message(rows));
        }
        let _ = told.send(Read::Ended(i64::try_from(count).unwrap_or(i64::MAX), ended));
    });
    (sent, reads)
}

/// What has become of the rows so far.
struct Tally {
    outcome: Outcome,
    reads: mpsc::UnboundedReceiver<Read>,
    answered: i64,
    sent: Option<(i64, anyhow::Result<()>)>,
    bar: ProgressBar,
    told: i64,
}

impl Tally {
    fn new(size: u64, reads: mpsc::UnboundedReceiver<Read>) -> Self {
        let style = ProgressStyle::with_template("Mengimpor {wide_bar} {percent:>3}% {msg} {elapsed}");
        let bar = ProgressBar::new(size.max(1)).with_style(style.expect("the template is sound"));
        Self { outcome: Outcome::default(), reads, answered: 0, sent: None, bar, told: 0 }
    }

    fn take(&mut self, answers: impl IntoIterator<Item = Answered>) {
        for answer in answers {
            self.answered += 1;
            match answer {
                Answered::Accepted => self.outcome.accepted += 1,
                Answered::Unchanged => self.outcome.unchanged += 1,
                Answered::Refused(row, problems) => self.outcome.refuse(row, problems),
            }
        }
        while let Ok(read) = self.reads.try_recv() {
            self.note(read);
        }
        self.bar.set_message(format!("{} baris", grouped(self.outcome.rows())));
        if self.bar.is_hidden() && self.outcome.rows() >= self.told + TOLD_EVERY {
            self.told = self.outcome.rows();
            eprintln!("Mengimpor: {} baris", grouped(self.told));
        }
    }

    fn note(&mut self, read: Read) {
        match read {
            Read::Refused(row, problems) => self.outcome.refuse(row, problems),
            Read::At(place) => self.bar.set_position(place),
            Read::Ended(sent, ended) => self.sent = Some((sent, ended)),
        }
    }

    async fn end(mut self) -> anyhow::Result<Outcome> {
        while let Some(read) = self.reads.recv().await {
            self.note(read);
        }
        self.bar.finish_and_clear();
        match self.sent.take() {
            Some((sent, Ok(()))) if sent == self.answered => {}
            Some((_, Err(error))) => return Err(error.context(self.go_on())),
            _ => bail!(self.go_on()),
        }
        self.outcome.sort();
        Ok(self.outcome)
    }

    fn broken_off(&self, status: &Status) -> anyhow::Error {
        self.bar.finish_and_clear();
        anyhow::anyhow!("{}: {}", self.go_on(), words(status))
    }

    /// What was answered is committed; sending it again adds nothing.
    fn go_on(&self) -> String {
        format!(
            "impor terputus setelah {}; jalankan lagi perintah yang sama, yang sudah masuk tidak ditambah lagi",
            self.outcome.summary()
        )
    }
}
