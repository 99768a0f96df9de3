"""Accounts: the door with its steps, sessions, passwords, the second factor, tokens."""

from service.models.accounts import SignInWay, Stage
from service.usecases.accounts.bootstrapping import create_account, is_first_administrator
from service.usecases.accounts.changes import ChangeRow, Decided, decide_change, list_changes, request_change
from service.usecases.accounts.directory import DirectoryUnavailable, LdapDirectory
from service.usecases.accounts.effects import check_territory
from service.usecases.accounts.holders import folded_name, holders_of, list_namesakes
from service.usecases.accounts.host_silence import HOST_WAITS
from service.usecases.accounts.passwords import TWO_PASSWORDS, change_password, prove_password, set_password
from service.usecases.accounts.places import roles_of_words, territory_as_text, territory_of_text
from service.usecases.accounts.policies import POLICIES, PasswordPolicy
from service.usecases.accounts.proofs import prove_owner
from service.usecases.accounts.provider import Begun, OidcProvider, ProviderRefused, Vouched
from service.usecases.accounts.provider_accounts import sign_in_by_provider, unlink_provider
from service.usecases.accounts.registry import (
    AccountRow,
    check_is_in_person,
    list_accounts,
    own_account,
    unlock_account,
)
from service.usecases.accounts.second_factor import (
    Enrolment,
    confirm_enrolment,
    give_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    start_enrolment,
)
from service.usecases.accounts.sessions import (
    OF_BROWSERS,
    OF_PROGRAMS,
    OpenSession,
    Origin,
    SignIn,
    Visit,
    actor_of_ended_session,
    actor_of_session,
    end_session,
    end_sessions,
    list_sessions,
    refresh,
    sign_out,
    visit_of,
)
from service.usecases.accounts.sign_in import Directory, go_on, refuse_too_many_visits, sign_in
from service.usecases.accounts.tokens import (
    TokenRow,
    actor_of_token,
    create_token,
    list_tokens,
    revoke_token,
    token_is_due,
    touch_token,
)
from service.usecases.accounts.vocabulary import CHANGE_LABELS, ChangeKind, Decision

__all__ = [
    "CHANGE_LABELS",
    "HOST_WAITS",
    "OF_BROWSERS",
    "OF_PROGRAMS",
    "POLICIES",
    "TWO_PASSWORDS",
    "AccountRow",
    "Begun",
    "ChangeKind",
    "ChangeRow",
    "Decided",
    "Decision",
    "Directory",
    "DirectoryUnavailable",
    "Enrolment",
    "LdapDirectory",
    "OidcProvider",
    "OpenSession",
    "Origin",
    "PasswordPolicy",
    "ProviderRefused",
    "SignIn",
    "SignInWay",
    "Stage",
    "TokenRow",
    "Visit",
    "Vouched",
    "actor_of_ended_session",
    "actor_of_session",
    "actor_of_token",
    "change_password",
    "check_is_in_person",
    "check_territory",
    "confirm_enrolment",
    "create_account",
    "create_token",
    "decide_change",
    "end_session",
    "end_sessions",
    "folded_name",
    "give_second_factor",
    "go_on",
    "holders_of",
    "is_first_administrator",
    "list_accounts",
    "list_changes",
    "list_namesakes",
    "list_sessions",
    "list_tokens",
    "own_account",
    "prove_owner",
    "prove_password",
    "refresh",
    "refuse_too_many_visits",
    "renew_recovery_codes",
    "request_change",
    "reset_second_factor",
    "revoke_token",
    "roles_of_words",
    "set_password",
    "sign_in",
    "sign_in_by_provider",
    "sign_out",
    "start_enrolment",
    "territory_as_text",
    "territory_of_text",
    "token_is_due",
    "touch_token",
    "unlink_provider",
    "unlock_account",
    "visit_of",
]
