"""Does a database keep tenants apart? Asked of its catalogue, and tried as the service's own role."""

from sellerport_stack.tenancy.catalogue import Tenancy, violations
from sellerport_stack.tenancy.crossing import crossings, escapes

__all__ = ["Tenancy", "crossings", "escapes", "violations"]
