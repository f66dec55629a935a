"""The closed list of services that work under audience ``system``, each with its reason.

A test holds this list against the code, and another that none of them returns a row its asker may not see.
"""

SYSTEM_SERVICES = {
    "accounts.accept_invitation": "A stranger with a valid key becomes a member; only then has the person a scope.",
    "accounts.manage_members": "Partners and companies let their own people in and out of the lead's table.",
    "companies.ask_to_join": "A visitor leaves a request for people whose programme the visitor does not belong to.",
    "companies.hand_over": "Whoever accepts a company may neither see nor change it until that moment.",
    "companies.release": "What a company releases becomes access rows of organisations for which it cannot write.",
    "companies.remind": "Certificates of all companies expire, and reminders go to people whom no adviser sees.",
    "companies.register": "A company's first rows are written before anybody has been given access to them.",
    "companies.find_twins": "Likely duplicates must be found among companies the asker may not see.",
    "demo.build": "The demonstration programme is written before it has a member who could act.",
    "documents.expire": "The retention role, whom nobody asks, removes what is kept no longer in a whole programme.",
    "documents.withdraw": "Who is audited is not told to others, and yet a paper shown to an auditor stays.",
    "enablement.count_tasks": "Who is asked to take a company over learns how much is open for it, and no more.",
    "enablement.recompute": "What all profiles have reached is noted, to whomever they have been released.",
    "enablement.follow_up": "Whether a company has reacted shows in rows that no asker reads all of: sign-ins.",
    "indicators.publish": "Published figures count all enterprises for those who may see none of them.",
    "jobs.claim": "The worker reads a job's row to learn on whose behalf it runs.",
    "jobs.ring_again": "The scheduler looks for jobs of all organisations whose worker died.",
    "notices.queue": "A notice may go to somebody the asker does not know, and its text is for the addressee only.",
    "notices.send_due": "The outbox is read by the sender alone.",
    "portal.operation": "The operator sees how many jobs and mails wait or fail, and none of them.",
    "setup.reference": "Programmes, organisations and first accounts are written by the installation.",
    "workshops.file_deliveries": "Companies that came to an event have been supported, whoever may see their ledger.",
}

# Services that read as another audience would, to show a person what others see of their own organisation.
VIEWING_SERVICES = {
    "portal.seen_by": "A company sees its own record exactly as the consortium and the funding body do.",
}
