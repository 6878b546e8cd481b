"""Offices, services and appointments as the interface shows them (zmscitizenapi)."""

from typing import Any

from agency.appointments.asked import MOST_AT_ONCE
from agency.appointments.plan import Office, Plan, Service
from agency.appointments.processes import Process

Record = dict[str, Any]


def offices_and_services(plan: Plan, language: str, hold_minutes: int) -> Record:
    """Offices, services, and which office offers which."""
    return {
        "offices": [_office(plan, office, language, hold_minutes) for office in plan.offices],
        "services": [_service(plan, service, language) for service in plan.services],
        "relations": [
            {"officeId": office, "serviceId": service.id, "slots": service.slots}
            for service in plan.services
            for office in service.offices
        ],
    }


def process_record(plan: Plan, process: Process, language: str) -> Record:
    """One appointment. A city may have changed the file since: names of what is gone are empty."""
    office, service = plan.office.get(process.office_id), plan.service.get(process.service_id)
    return {
        "processId": process.id,
        "timestamp": str(process.starts),
        "authKey": process.auth_key,
        "familyName": process.contact.family_name,
        "customTextfield": process.contact.note,
        "email": process.contact.email,
        "telephone": process.contact.telephone,
        "officeName": plan.words(office.name, language) if office else None,
        "officeId": process.office_id,
        "scope": _scope(plan, office, language, None) if office else None,
        "subRequestCounts": [],
        "serviceId": process.service_id,
        "serviceName": plan.words(service.name, language) if service else None,
        "serviceCount": process.service_count,
        "status": process.status,
        "slotCount": (process.ends - process.starts) // (plan.slot_minutes * 60),
    }


def _office(plan: Plan, office: Office, language: str, hold_minutes: int) -> Record:
    return {
        "id": office.id,
        "name": plan.words(office.name, language),
        "address": {
            "house_number": office.house_number,
            "city": plan.city,
            "postal_code": "",
            "street": office.street,
            "hint": False,
        },
        "showAlternativeLocations": True,
        "displayNameAlternatives": [],
        "organization": plan.city,
        "organizationUnit": None,
        "slotTimeInMinutes": plan.slot_minutes,
        "maxSlotsPerAppointment": None,
        "scope": _scope(plan, office, language, hold_minutes),
    }


def _scope(plan: Plan, office: Office, language: str, hold_minutes: int | None) -> Record:
    name = plan.words(office.name, language)
    contact = {
        "city": plan.city,
        "country": "",
        "name": name,
        "postalCode": "",
        "region": plan.city,
        "street": office.street,
        "streetNumber": office.house_number,
    }
    return {
        "id": office.id,
        "provider": {"id": office.id, "name": name, "lat": None, "lon": None, "source": office.key, "contact": contact},
        "shortName": name,
        "emailFrom": "",
        "emailRequired": False,
        "telephoneActivated": True,
        "telephoneRequired": False,
        "customTextfieldActivated": True,
        "customTextfieldRequired": False,
        "customTextfieldLabel": "",
        "captchaActivatedRequired": False,
        "displayInfo": None,
        "reservationDuration": hold_minutes,
        "phone": office.phone,
    }


def _service(plan: Plan, service: Service, language: str) -> Record:
    return {
        "id": service.id,
        "name": plan.words(service.name, language),
        "maxQuantity": MOST_AT_ONCE,
        "combinable": [],
        "keywords": plan.words(service.keywords, language),
        "bring": plan.words(service.bring, language),
    }
