"""The second step: one-time codes of an app (TOTP, RFC 6238), and recovery codes for when the app is gone."""

import secrets

import pyotp
from sqlalchemy import select, update

from bot import audit
from bot.ids import hash_secret
from bot.store import again
from bot.store.schema import staff
from studio.web.accounts.person import Person
from studio.web.accounts.sealing import Seal
from studio.web.studio import Studio

RECOVERY_CODES = 10
_STEP = 30  # seconds
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_key() -> str:
    """A new key for an app (base32, 160 bits)."""
    return pyotp.random_base32()


def app_address(key: str, person: Person, city: str) -> str:
    """What the app reads from the picture (otpauth://)."""
    return pyotp.TOTP(key).provisioning_uri(name=person.email, issuer_name=f"{city} Studio")


def fits(key: str, code: str, now: float) -> int | None:
    """The time step whose code this is: now, or one step before or after; None: no code of this key."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isdigit() or not digits.isascii():
        return None
    for at in (now, now - _STEP, now + _STEP):
        if secrets.compare_digest(pyotp.TOTP(key).at(int(at)), digits):
            return int(at) // _STEP
    return None


def new_recovery_codes() -> list[str]:
    """Codes to print and keep; each works once."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)
    ]


def seal(studio: Studio, key: str) -> str:
    """As the store keeps it."""
    return _seal(studio).close(key, studio.clock())


async def turn_on(studio: Studio, person: Person, key: str, step: int) -> list[str]:
    """Ask for codes of this key from now on; the recovery codes, shown this once."""
    codes = new_recovery_codes()
    hashed = [_hash(code) for code in codes]
    values: dict[str, object] = {"second_step": seal(studio, key), "second_step_used": step, "recovery": hashed}
    await _change(studio, person, "account.second_step_on", values)
    return codes


async def turn_off(studio: Studio, person: Person, who: str) -> None:
    """The password alone opens again."""
    values: dict[str, object] = {"second_step": None, "second_step_used": 0, "recovery": []}
    await _change(studio, person, "account.second_step_off", values, who)


@again
async def passes(studio: Studio, person: Person, code: str) -> bool:
    """Whether the code, or a recovery code, opens; each only once, even when two try at the same time."""
    async with studio.store.begin() as connection:
        query = select(staff.c.second_step, staff.c.second_step_used, staff.c.recovery).where(staff.c.id == person.id)
        row = (await connection.execute(query.with_for_update())).one()
        key = _seal(studio).open(row.second_step or "", studio.clock())
        step = fits(key, code, studio.clock()) if key else None
        if step is not None and step > row.second_step_used:
            used: dict[str, object] = {"second_step_used": step}
        elif key and (hashed := _hash(code)) in row.recovery:
            used = {"recovery": [each for each in row.recovery if each != hashed]}
            await audit.record(
                connection, person.name, "account.recovery_used", person.name, {"left": len(row.recovery) - 1},
                at=studio.clock(),
            )  # fmt: skip
        else:
            return False
        await connection.execute(update(staff).where(staff.c.id == person.id).values(**used))
        return True


def _hash(code: str) -> str:
    return hash_secret("".join(code.upper().split()).replace("-", ""))


def _seal(studio: Studio) -> Seal:
    return Seal(studio.settings.secret, "second step")


@again
async def _change(studio: Studio, person: Person, what: str, values: dict[str, object], who: str = "") -> None:
    async with studio.store.begin() as connection:
        await connection.execute(update(staff).where(staff.c.id == person.id).values(**values))
        await audit.record(connection, who or person.name, what, person.name, at=studio.clock())
