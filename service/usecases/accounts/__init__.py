"""Accounts: the door with its steps, sessions, passwords, the second factor, tokens."""

from service.models.accounts import SignInWay, Stage
from service.usecases.accounts.passwords import TWO_PASSWORDS, change_password, set_password
from service.usecases.accounts.policies import POLICIES, PasswordPolicy
from service.usecases.accounts.registry import AccountRow, create_account, list_accounts, unlock_account
from service.usecases.accounts.second_factor import (
    Enrolment,
    confirm_enrolment,
    give_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    start_enrolment,
)
from service.usecases.accounts.sessions import (
    OpenSession,
    Origin,
    SignIn,
    Visit,
    actor_of_session,
    end_session,
    end_sessions,
    list_sessions,
    needs_refresh,
    refresh,
    sign_out,
    visit_of,
)
from service.usecases.accounts.sign_in import Directory, go_on, sign_in
from service.usecases.accounts.tokens import actor_of_token, create_token

__all__ = [
    "POLICIES",
    "TWO_PASSWORDS",
    "AccountRow",
    "Directory",
    "Enrolment",
    "OpenSession",
    "Origin",
    "PasswordPolicy",
    "SignIn",
    "SignInWay",
    "Stage",
    "Visit",
    "actor_of_session",
    "actor_of_token",
    "change_password",
    "confirm_enrolment",
    "create_account",
    "create_token",
    "end_session",
    "end_sessions",
    "give_second_factor",
    "go_on",
    "list_accounts",
    "list_sessions",
    "needs_refresh",
    "refresh",
    "renew_recovery_codes",
    "reset_second_factor",
    "set_password",
    "sign_in",
    "sign_out",
    "start_enrolment",
    "unlock_account",
    "visit_of",
]
