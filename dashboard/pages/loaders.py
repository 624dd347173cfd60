"""The loaders of all page data, by name, from the features' modules."""

from __future__ import annotations

from dashboard.pages import (
    alert_service,
    audit_log_data,
    briefs,
    drilldown,
    form_handlers,
    health_data,
    page_data,
    remark_service,
    reviews,
    wall_room,
)
from dashboard.pages.page_data import Loaders

LOADERS: Loaders = {
    **page_data.LOADERS,
    **form_handlers.LOADERS,
    **remark_service.LOADERS,
    **drilldown.LOADERS,
    **alert_service.LOADERS,
    **health_data.LOADERS,
    **reviews.LOADERS,
    **briefs.LOADERS,
    **wall_room.LOADERS,
    **audit_log_data.LOADERS,
}
