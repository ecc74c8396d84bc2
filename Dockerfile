# The site in production. Settings come by environment variables (table in README.md); SECRET_KEY and ALLOWED_HOSTS are required.
#   migrate   docker run … python manage.py migrate && python manage.py rebuild_index --if-needed
#   worker    docker run … celery -A cms.celery worker -B --pool threads
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=cms.settings.production VAR_DIR=/var/lib/liandong STATIC_ROOT=/srv/liandong/static
RUN useradd --system --create-home liandong && install -d -o liandong /var/lib/liandong
WORKDIR /srv/liandong
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
# beside the code and not in VAR_DIR, where a mounted volume would hide it
RUN SECRET_KEY=build ALLOWED_HOSTS=localhost python manage.py collectstatic --noinput && chown -R liandong /var/lib/liandong static
USER liandong
EXPOSE 8000
CMD ["gunicorn", "cms.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--no-control-socket"]
