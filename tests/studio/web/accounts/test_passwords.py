"""What is compared where there is no account."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from studio.web.accounts.passwords import Passwords


def test_a_password_of_nobody_is_looked_at_with_the_same_work() -> None:
    hasher = PasswordHasher(time_cost=2, memory_cost=128)
    nobody = Passwords(hasher)._nobody
    assert extract_parameters(nobody) == extract_parameters(hasher.hash("a password"))
    with pytest.raises(VerifyMismatchError):
        hasher.verify(nobody, "")
