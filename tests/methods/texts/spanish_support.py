"""A support session in Spanish, with lookups in between."""

from __future__ import annotations

from .noise import answered, called, records

GIVEN = [
    {
        "role": "system",
        "content": "Eres el asistente de la agencia Mar y Monte. La agencia organiza viajes por Asturias desde "
        "1998 y tiene "
        "oficinas en Oviedo y Gijón. No compartas datos de otros clientes. Las cancelaciones deben hacerse 48 "
        "horas antes "
        "de la salida. Nunca prometas buen tiempo.",
    },
    {
        "role": "user",
        "content": "Hola, quiero preparar un viaje de cuatro días para mi madre y para mí en mayo. A ella le "
        "gusta mucho el "
        "mar y caminar despacio. El presupuesto es de 900 euros como máximo. Mi madre no puede subir escaleras, "
        "así que "
        "sólo hoteles con ascensor. El año pasado estuvimos en Llanes y nos encantó el queso.",
    },
    called(1, "hoteles", {"zona": "costa", "mes": "mayo"}),
    answered(1, records("hoteles", 18)),
    {
        "role": "assistant",
        "content": "Hay varios hoteles en la costa con ascensor. En Ribadesella el paseo es llano y bonito, y en "
        "Cudillero "
        "las calles son más empinadas.",
    },
    {
        "role": "user",
        "content": "Ribadesella suena bien. No reserves nada sin preguntarme antes. Y tenemos que estar de "
        "vuelta el domingo "
        "por la noche, que el lunes trabajo.",
    },
    called(2, "trenes", {"desde": "Madrid", "hasta": "Ribadesella"}),
    answered(2, records("trenes", 18)),
    {
        "role": "assistant",
        "content": "El tren de las nueve llega a mediodía. El de vuelta sale el domingo a las cuatro.",
    },
    {
        "role": "user",
        "content": "Perfecto. Está prohibido el marisco, mi madre es alérgica. ¿Qué excursiones hay?",
    },
    called(3, "excursiones", {"zona": "Ribadesella"}),
    answered(3, records("excursiones", 16)),
]
CONSTRAINTS = (
    "No compartas datos de otros clientes.",
    "Las cancelaciones deben hacerse 48 horas antes de la salida.",
    "Nunca prometas buen tiempo.",
    "El presupuesto es de 900 euros como máximo.",
    "Mi madre no puede subir escaleras, así que sólo hoteles con ascensor.",
    "No reserves nada sin preguntarme antes.",
    "Y tenemos que estar de vuelta el domingo por la noche, que el lunes trabajo.",
    "Está prohibido el marisco, mi madre es alérgica.",
)
