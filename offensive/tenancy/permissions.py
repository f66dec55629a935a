"""Who may do what: action by role. Every view declares its action through the guard; tests walk all URLs."""

from enum import StrEnum

from offensive.tenancy.roles import Role

COORDINATOR, APPROVER = Role.LEAD_COORDINATOR, Role.LEAD_APPROVER
ADVISOR, VIEWER = Role.PARTNER_ADVISOR, Role.PARTNER_VIEWER
OWNER, MEMBER = Role.COMPANY_OWNER, Role.COMPANY_MEMBER

LEAD = {COORDINATOR, APPROVER}
CONSORTIUM = LEAD | {ADVISOR, VIEWER}
WRITING_STAFF = LEAD | {ADVISOR}
COMPANY = {OWNER, MEMBER}
FUNDER = {Role.FUNDER_OFFICER}


class Action(StrEnum):
    """What a page does, in the words of the office."""

    START = "start"
    COMPANY_LIST = "company_list"
    COMPANY_VIEW = "company_view"
    COMPANY_IMPORT = "company_import"
    CONTACT_INVITE = "contact_invite"
    PEOPLE_MANAGE = "people_manage"
    PEOPLE_VIEW = "people_view"
    LOG_VIEW = "log_view"
    AUDIT_SAMPLE_DRAW = "audit_sample_draw"
    AUDIT_SAMPLE_READ = "audit_sample_read"
    PROFILE_EDIT = "profile_edit"
    RECORD_VIEW = "record_view"
    RECORD_EDIT = "record_edit"
    CARER_CHOOSE = "carer_choose"
    STAGE_COMPLETE = "stage_complete"
    JOURNEY_DECIDE = "journey_decide"
    QUESTION_ANSWER = "question_answer"
    PROCESS_EDIT = "process_edit"
    EVENT_VIEW = "event_view"
    EVENT_EDIT = "event_edit"
    DELIVERY_RECORD = "delivery_record"
    DELIVERY_REVERSE = "delivery_reverse"
    DELIVERY_VIEW = "delivery_view"
    DELIVERY_VERIFY = "delivery_verify"
    KIND_EDIT = "kind_edit"
    DOCUMENT_READ = "document_read"
    DOCUMENT_FILE = "document_file"
    PAPER_LIST = "paper_list"
    DOSSIER_MAKE = "dossier_make"
    RETENTION_SET = "retention_set"
    REPORT_READ = "report_read"
    REPORT_BUILD = "report_build"
    REPORT_SUBMIT = "report_submit"
    REPORT_DOWNLOAD = "report_download"
    RELEASE_VIEW = "release_view"
    RELEASE_DECIDE = "release_decide"
    OWN_CONSENT = "own_consent"
    REGISTRATION_DECIDE = "registration_decide"
    FIGURES_READ = "figures_read"
    TASK_VIEW = "task_view"
    TASK_EDIT = "task_edit"
    NOTE_VIEW = "note_view"
    NOTE_WRITE = "note_write"
    LADDER_EDIT = "ladder_edit"
    SIZE_VIEW = "size_view"
    SIZE_ASSESS = "size_assess"
    COMPANY_MERGE = "company_merge"
    ORIGIN_VIEW = "origin_view"
    DUPLICATE_VIEW = "duplicate_view"
    HANDOVER_VIEW = "handover_view"
    HANDOVER_ASK = "handover_ask"
    HANDOVER_DECIDE = "handover_decide"
    SEARCH = "search"
    FILTER_KEEP = "filter_keep"


PERMISSIONS = {
    Action.START: set(Role),
    Action.COMPANY_LIST: CONSORTIUM,
    Action.COMPANY_VIEW: CONSORTIUM | COMPANY,
    Action.COMPANY_IMPORT: WRITING_STAFF,
    Action.CONTACT_INVITE: WRITING_STAFF,
    Action.PEOPLE_MANAGE: LEAD | {ADVISOR, OWNER},
    Action.LOG_VIEW: LEAD,
    Action.AUDIT_SAMPLE_DRAW: LEAD,
    Action.AUDIT_SAMPLE_READ: LEAD | {Role.AUDITOR},
    Action.PEOPLE_VIEW: WRITING_STAFF | {OWNER},
    Action.PROFILE_EDIT: WRITING_STAFF | COMPANY,
    Action.RECORD_VIEW: CONSORTIUM | COMPANY,
    Action.RECORD_EDIT: WRITING_STAFF | COMPANY,
    Action.CARER_CHOOSE: WRITING_STAFF,
    Action.STAGE_COMPLETE: WRITING_STAFF,
    Action.JOURNEY_DECIDE: WRITING_STAFF,
    Action.QUESTION_ANSWER: WRITING_STAFF | COMPANY,
    Action.PROCESS_EDIT: LEAD,
    Action.EVENT_VIEW: CONSORTIUM,
    Action.EVENT_EDIT: WRITING_STAFF,
    Action.DELIVERY_RECORD: WRITING_STAFF,
    Action.DELIVERY_REVERSE: WRITING_STAFF,
    Action.DELIVERY_VIEW: CONSORTIUM | COMPANY,
    Action.DELIVERY_VERIFY: WRITING_STAFF,
    Action.KIND_EDIT: LEAD,
    Action.DOCUMENT_READ: CONSORTIUM | COMPANY | {Role.AUDITOR},
    Action.DOCUMENT_FILE: WRITING_STAFF | COMPANY,
    Action.PAPER_LIST: CONSORTIUM,
    Action.DOSSIER_MAKE: CONSORTIUM | COMPANY,
    Action.RETENTION_SET: LEAD,
    Action.REPORT_READ: CONSORTIUM,
    Action.REPORT_BUILD: {COORDINATOR, APPROVER},
    Action.REPORT_SUBMIT: {COORDINATOR, APPROVER},
    Action.REPORT_DOWNLOAD: LEAD | {ADVISOR, VIEWER} | FUNDER | {Role.AUDITOR},
    Action.RELEASE_VIEW: COMPANY,
    Action.RELEASE_DECIDE: {OWNER},
    Action.OWN_CONSENT: set(Role),
    Action.REGISTRATION_DECIDE: WRITING_STAFF,
    Action.FIGURES_READ: set(Role),
    Action.TASK_VIEW: CONSORTIUM,
    Action.TASK_EDIT: WRITING_STAFF,
    Action.NOTE_VIEW: CONSORTIUM | COMPANY,
    Action.NOTE_WRITE: WRITING_STAFF,
    Action.LADDER_EDIT: LEAD,
    Action.SIZE_VIEW: CONSORTIUM | COMPANY,
    Action.SIZE_ASSESS: WRITING_STAFF | COMPANY,
    Action.COMPANY_MERGE: LEAD,
    Action.ORIGIN_VIEW: CONSORTIUM,
    Action.DUPLICATE_VIEW: WRITING_STAFF,
    Action.HANDOVER_VIEW: CONSORTIUM,
    Action.HANDOVER_ASK: WRITING_STAFF,
    Action.HANDOVER_DECIDE: WRITING_STAFF,
    Action.SEARCH: CONSORTIUM | COMPANY,
    Action.FILTER_KEEP: CONSORTIUM,
}


def may(role, action):
    """Whether ``role`` is allowed ``action``."""
    return role in PERMISSIONS.get(action, ())
