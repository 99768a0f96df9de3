"""Encryption of single fields, blind indexes for exact search, and the key file that both live from."""

from service.vault.keeper import TamperedField, Vault
from service.vault.key_file import KeyFile, KeyVersion
from service.vault.suites import DEFAULT_SUITE, SUITES, Suite

__all__ = ["DEFAULT_SUITE", "SUITES", "KeyFile", "KeyVersion", "Suite", "TamperedField", "Vault"]
