"""What the forecasts part of the API answers."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from analytics.prognosis.forecast import Reason
from analytics.prognosis.system_forecast import SystemForecast
from api.forecasts.service import Outlook
from api.tickets.schemas import Words
from collector.domain.clock import utc

_REASON: JsonDict = {
    "fact": "worn",
    "value": 2.6,
    "unit": "log-odds",
    "said": {
        "id": "malam-malamnya turun seperti baterai yang aus",
        "en": "its nights fall as a worn battery's do",
    },
}
FORECAST_EXAMPLE: JsonDict = {
    "as_of": "2026-11-22T00:00:00Z",
    "p_dark_4w": 0.21,
    "p_dark_8w": 0.38,
    "few_data": False,
    "reasons": [_REASON],
}


class ReasonOut(BaseModel):
    """What speaks for going dark."""

    fact: str
    value: float
    unit: str
    said: Words

    @classmethod
    def of(cls, reason: Reason) -> "ReasonOut":
        """With its words in both languages."""
        said = Words(id=reason.said("id"), en=reason.said("en"))
        return cls(fact=reason.fact.name, value=reason.value, unit=reason.fact.unit, said=said)


class ForecastOut(BaseModel):
    """The probability that a system goes dark because of its battery."""

    model_config = ConfigDict(json_schema_extra={"examples": [FORECAST_EXAMPLE]})

    as_of: datetime
    p_dark_4w: float = Field(description="within 28 days, 0 to 1")
    p_dark_8w: float = Field(description="within 56 days, 0 to 1")
    few_data: bool = Field(description="too little was heard: usual for the battery's age")
    reasons: list[ReasonOut] = Field(description="the strongest first, three at most")

    @classmethod
    def of(cls, forecast: SystemForecast) -> "ForecastOut":
        """From what the nightly run kept."""
        return cls(
            as_of=utc(forecast.as_of_s),
            p_dark_4w=forecast.p_dark_4w,
            p_dark_8w=forecast.p_dark_8w,
            few_data=forecast.few_data,
            reasons=[ReasonOut.of(reason) for reason in forecast.reasons],
        )


class OutlookOut(BaseModel):
    """A system and what is foreseen for it."""

    system: str = Field(description="house code")
    village: str
    forecast: ForecastOut

    @classmethod
    def of(cls, outlook: Outlook) -> "OutlookOut":
        """From the service."""
        system = outlook.system
        forecast = ForecastOut.of(outlook.forecast)
        return cls(system=system.code, village=system.village, forecast=forecast)


class OutlooksOut(BaseModel):
    """One page of systems, the likeliest to go dark first."""

    items: list[OutlookOut]
    total: int = Field(description="foreseen systems that match, on all pages")
    expected_dark_4w: float = Field(description="sum of the probabilities: systems to plan for")
    expected_dark_8w: float
    next_cursor: str | None = Field(description="pass it as `cursor` for the next page")
