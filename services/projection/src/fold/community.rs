//! What the read model knows of a community, and what an event makes of it. Pure: no I/O, no clock.

use kim_eventlog::Recorded;
use kim_territory::Zone;
use time::{Date, Duration};
use uuid::Uuid;

use super::{
    Timeline,
    event::{CommunityEvent, Preceding, Profile},
    place::{Place, Seat, Seats},
};
use crate::pages::{ActivityKind, Status};

/// A community's record.
#[derive(Clone, Debug, PartialEq)]
pub struct Community {
    /// The aggregate's version after the last event that was folded.
    pub version: i64,
    pub name: String,
    pub seat: Place,
    pub zone: Zone,
    pub formed_on: Date,
    /// 0 when not known.
    pub members: i32,
    /// The day that their number was told for, after the registration.
    pub members_on: Option<Date>,
    /// The newest day of all activities that are known.
    pub last_activity: Option<(Date, ActivityKind)>,
    /// States by the day on which they began.
    pub happened: Timeline,
    /// States by the day on which they were recorded, in the zone of the seat.
    pub recorded: Timeline,
    pub revivals: Vec<Revival>,
}

/// A dormant community became active again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revival {
    /// The aggregate's version with it.
    pub version: i64,
    pub active_from: Date,
    pub recorded_on: Date,
    pub after: Preceding,
}

/// A training that a community took part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attendance {
    pub training: Uuid,
    pub held_from: Date,
    pub held_to: Date,
    pub recorded_on: Date,
}

/// How long after a training a revival counts as one that followed it. See DOMAIN: "the 90 days after".
const FOLLOWS: Duration = Duration::days(90);

impl Attendance {
    /// Whether a revival came in the training's days or in the 90 after its last one.
    #[must_use]
    pub fn is_followed_by(&self, revival: &Revival) -> bool {
        (self.held_from..=self.held_to.saturating_add(FOLLOWS)).contains(&revival.active_from)
    }

    /// Whether the community was dormant on the training's first day; one that came back on that very day was.
    #[must_use]
    pub fn found_dormant(&self, happened: &Timeline) -> bool {
        let dormant = |day: Date| happened.on(day).is_some_and(|stay| stay.status == Status::Dormant);
        dormant(self.held_from) || self.held_from.previous_day().is_some_and(dormant)
    }
}

/// Something recorded of a community: which event of it, and when.
#[derive(Clone, Copy, Debug)]
pub struct Written<'e> {
    pub version: i64,
    pub event: &'e Recorded,
}

impl<'e> From<&'e Recorded> for Written<'e> {
    fn from(event: &'e Recorded) -> Self {
        Self { version: event.version.get(), event }
    }
}

/// What an event changed of a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// What figures depend on: states, seat, revivals.
    Figures,
    /// Its last activity: the day on which it happened, and on which it was recorded.
    Activity { on: Date, kind: ActivityKind, recorded_on: Date },
    /// Nothing but the version.
    Nothing,
}

/// The community after an event, or why the event does not fit it.
pub fn evolve(
    community: &mut Option<Community>,
    event: CommunityEvent,
    written: Written<'_>,
    seats: &mut Seats,
) -> Result<Changed, String> {
    let known = community.as_ref().map_or(0, |c| c.version);
    if written.version != known + 1 {
        return Err(format!("versi {} tidak menyusul versi {known}", written.version));
    }
    if let Some(community) = community {
        let changed = community.evolve(event, written, seats)?;
        community.version = written.version;
        return Ok(changed);
    }
    let CommunityEvent::Drafted(profile) = event else {
        return Err("KIM itu belum ada".into());
    };
    let Seat { place, zone } = seats.find(profile.seat);
    let mut drafted = Community {
        version: written.version,
        name: profile.name,
        seat: place,
        zone,
        formed_on: profile.formed_on,
        members: profile.members,
        members_on: None,
        last_activity: None,
        happened: Timeline::default(),
        recorded: Timeline::default(),
        revivals: Vec::new(),
    };
    // The record's day is when it was begun, as its event says: the payload has no date of its own.
    drafted.turn(Status::Draft, zone.date_of(written.event.time), zone.date_of(written.event.recorded_time));
    *community = Some(drafted);
    Ok(Changed::Figures)
}

/// A status in an operator's words, as the pages say it.
fn word(status: Status) -> &'static str {
    match status {
        Status::Draft => "konsep",
        Status::Submitted => "diajukan",
        Status::Returned => "dikembalikan",
        Status::Registered => "terdaftar",
        Status::Active => "aktif",
        Status::Dormant => "vakum",
        Status::Dissolved => "bubar",
        Status::Merged => "bergabung dengan KIM lain",
    }
}

impl Community {
    /// What the newest event made it.
    #[must_use]
    pub fn status(&self) -> Status {
        self.recorded.last().map_or(Status::Draft, |stay| stay.status)
    }

    /// Its seat is at another place now, and ever was; so is each that it had before and that `now` says it of.
    pub fn relocate(&mut self, now: impl Fn(Place) -> Place) {
        Seat { place: self.seat, zone: self.zone } = Seat::at(now(self.seat));
        self.happened.relocate(&now);
        self.recorded.relocate(&now);
    }

    fn evolve(&mut self, event: CommunityEvent, written: Written<'_>, seats: &mut Seats) -> Result<Changed, String> {
        use Status::{Active, Dissolved, Dormant, Draft, Merged, Registered, Returned, Submitted};
        let status = self.status();
        let recorded_on = self.zone.date_of(written.event.recorded_time);
        let must_be = |states: &[Status]| {
            if states.contains(&status) {
                Ok(())
            } else {
                Err(format!("tidak cocok untuk KIM yang berstatus {}", word(status)))
            }
        };
        let (becomes, from) = match event {
            CommunityEvent::Drafted(_) => return Err("KIM itu sudah ada".into()),
            CommunityEvent::Amended(profile) => {
                must_be(&[Draft, Returned])?;
                self.mend(profile, written, seats);
                return Ok(Changed::Figures);
            }
            CommunityEvent::Changed(profile) => {
                must_be(&[Registered, Active, Dormant])?;
                self.mend(profile, written, seats);
                return Ok(Changed::Figures);
            }
            CommunityEvent::Counted { members, on } => {
                must_be(&[Registered, Active, Dormant])?;
                if self.members_on.is_none_or(|known| known <= on) {
                    (self.members, self.members_on) = (members, Some(on));
                }
                return Ok(Changed::Figures);
            }
            CommunityEvent::Moved(region) => {
                let (old, new) = (self.seat, seats.find(region).place);
                self.relocate(|place| if place == old { new } else { place });
                return Ok(Changed::Figures);
            }
            CommunityEvent::Noted => return Ok(Changed::Nothing),
            CommunityEvent::Reported { on, kind } => {
                must_be(&[Registered, Active, Dormant, Dissolved, Merged])?;
                if self.last_activity.is_none_or(|(newest, _)| on >= newest) {
                    self.last_activity = Some((on, kind));
                }
                return Ok(Changed::Activity { on, kind, recorded_on });
            }
            CommunityEvent::Reminded => return must_be(&[Active]).map(|()| Changed::Nothing),
            CommunityEvent::RevitalisationPlanned => return must_be(&[Dormant]).map(|()| Changed::Nothing),
            CommunityEvent::Submitted { on } => must_be(&[Draft, Returned]).map(|()| (Submitted, on))?,
            CommunityEvent::Returned { on } => must_be(&[Submitted]).map(|()| (Returned, on))?,
            CommunityEvent::Registered { on } => must_be(&[Submitted]).map(|()| (Registered, on))?,
            CommunityEvent::Activated { from } => must_be(&[Registered]).map(|()| (Active, from))?,
            CommunityEvent::BecameDormant { from } => must_be(&[Active]).map(|()| (Dormant, from))?,
            // It never was dormant: what began on that day goes on as what was before.
            CommunityEvent::DormancyCorrected { dormant_from } => {
                must_be(&[Dormant]).map(|()| (Active, dormant_from))?
            }
            CommunityEvent::Revitalised { from, after } => {
                must_be(&[Dormant])?;
                self.revivals.push(Revival { version: written.version, active_from: from, recorded_on, after });
                (Active, from)
            }
            CommunityEvent::Dissolved { on } => must_be(&[Registered, Active, Dormant]).map(|()| (Dissolved, on))?,
            CommunityEvent::Merged { on } => must_be(&[Registered, Active, Dormant]).map(|()| (Merged, on))?,
        };
        self.turn(becomes, from, recorded_on);
        Ok(Changed::Figures)
    }

    fn turn(&mut self, status: Status, happened_on: Date, recorded_on: Date) {
        self.happened.turn(happened_on, status, self.seat);
        self.recorded.turn(recorded_on, status, self.seat);
    }

    /// Its record is another one.
    fn mend(&mut self, profile: Profile, written: Written<'_>, seats: &mut Seats) {
        (self.name, self.formed_on, self.members) = (profile.name, profile.formed_on, profile.members);
        let seat = seats.find(profile.seat);
        if self.seat != seat.place {
            self.move_to(seat, written);
        }
    }

    /// A record's seat was mended. By the date it happened it never was elsewhere; by the date it was recorded, until now.
    fn move_to(&mut self, seat: Seat, written: Written<'_>) {
        let status = self.status();
        (self.seat, self.zone) = (seat.place, seat.zone);
        self.happened.reseat(seat.place);
        self.recorded.turn(seat.zone.date_of(written.event.recorded_time), status, seat.place);
    }
}
