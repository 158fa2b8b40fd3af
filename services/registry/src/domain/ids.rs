//! Opaque ids: of aggregates, of activities, of people on a board.

use kim_values::id;

id!(/// A community (KIM).
    CommunityId);
id!(/// Something that a community did.
    ActivityId);
id!(/// A person of a community's board, and what the vault keeps of them under.
    OfficerId);
id!(/// A change that is proposed to a registered record.
    ChangeId);
id!(OfficeId);
id!(GrantId);
id!(TrainingId);
id!(PartnershipId);
id!(AssessmentId);
