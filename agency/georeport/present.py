"""The standard's records of services, questions and requests, in the language asked for."""

from typing import Any

from agency.georeport.catalog import Catalog, Question, Service
from agency.georeport.render import w3
from agency.georeport.requests import Request


def service_record(catalog: Catalog, service: Service, language: str) -> dict[str, Any]:
    """Return one entry of the service list."""
    return {
        "service_code": service.code,
        "service_name": catalog.words(service.name, language),
        "description": catalog.words(service.description, language),
        "metadata": bool(service.questions),
        "type": service.type,
        "keywords": catalog.words(service.keywords, language),
        "group": catalog.words(catalog.groups[service.group], language),
    }


def definition_record(catalog: Catalog, service: Service, language: str) -> dict[str, Any]:
    """Return a service definition."""
    attributes = [_attribute(catalog, order, question, language) for order, question in enumerate(service.questions, 1)]
    return {"service_code": service.code, "attributes": attributes}


def request_record(catalog: Catalog, request: Request, language: str) -> dict[str, Any]:
    """Return what the public may see of a request: never who reported it."""
    words, content = catalog.words, request.content
    service = catalog.by_code.get(content.service_code)  # None once the city has dropped the type
    return {
        "service_request_id": request.id,
        "status": request.status,
        "status_notes": request.status_notes or None,
        "service_name": words(service.name, language) if service else content.service_code,
        "service_code": content.service_code,
        "description": content.description or None,
        "agency_responsible": words(catalog.departments[service.department], language) if service else None,
        "service_notice": (words(service.notice, language) or None) if service else None,
        "requested_datetime": w3(request.requested),
        "updated_datetime": w3(request.updated),
        "expected_datetime": w3(request.expected),
        "address": content.address or None,
        "address_id": content.address_id or None,
        "zipcode": None,
        "lat": content.lat,
        "long": content.long,
        "media_url": content.media_url or None,
    }


def _attribute(catalog: Catalog, order: int, question: Question, language: str) -> dict[str, Any]:
    names = question.values.items()
    return {
        "variable": question.variable,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.required,
        "datatype_description": catalog.words(question.hint, language) or None,
        "order": order,
        "description": catalog.words(question.text, language),
        "values": [{"key": key, "name": catalog.words(name, language)} for key, name in names],
    }
